import CXXHash

/// One record as it lies in a segment: marker, length, checksum, payload. `docs/formats/journal.md` has the layout.
package enum JournalRecord {
    /// Larger payloads are refused, and a larger length found in a file is taken for damage.
    package static let maximumBytes = 64 << 20
    package static let headerBytes = 16
    /// "PWR1". Lets a reader find the next record behind a damaged one without trying a checksum at every byte.
    package static let marker: UInt32 = 0x3152_5750

    /// Appends the record of `payload`.
    package static func encode(_ payload: [UInt8], into buffer: inout [UInt8]) {
        append(marker, to: &buffer)
        append(UInt32(payload.count), to: &buffer)
        append(payload.withUnsafeBytes(checksum), to: &buffer)
        buffer.append(contentsOf: payload)
    }

    /// The payload of the record at `offset`; `nil` when no whole, sound record lies there.
    package static func payload(at offset: Int, of segment: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard offset >= 0, offset + headerBytes <= segment.count, word(0, at: offset, of: segment) == marker else { return nil }
        let length = Int(word(1, at: offset, of: segment))
        let start = offset + headerBytes
        guard (1...maximumBytes).contains(length), length <= segment.count - start else { return nil }
        let payload = UnsafeRawBufferPointer(rebasing: segment[start..<(start + length)])
        return checksum(payload) == sum(at: offset, of: segment) ? payload : nil
    }

    /// The payload length that the header at the start of `bytes` declares; `nil` when that is no header.
    package static func declaredLength(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= headerBytes, word(0, at: 0, of: bytes) == marker else { return nil }
        let length = Int(word(1, at: 0, of: bytes))
        return (1...maximumBytes).contains(length) ? length : nil
    }

    /// The first sound record at or behind `offset`.
    package static func nextRecord(from offset: Int, of segment: UnsafeRawBufferPointer) -> Int? {
        var candidate = offset
        while candidate + headerBytes <= segment.count {
            if word(0, at: candidate, of: segment) == marker, payload(at: candidate, of: segment) != nil { return candidate }
            candidate += 1
        }
        return nil
    }

    // MARK: - Private

    /// XXH3, 64 bits, seeded with the length, so that a run of zeros is never a record. Every acknowledged byte passes through here, and
    /// it is as fast as memory. Source: github.com/Cyan4973/xxHash, doc/xxhash_spec.md.
    private static func checksum(_ payload: UnsafeRawBufferPointer) -> UInt64 {
        xxh3_64bits_seeded(payload.baseAddress, payload.count, UInt64(payload.count))
    }

    private static func word(_ index: Int, at offset: Int, of bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4 * index, as: UInt32.self))
    }

    private static func sum(at offset: Int, of bytes: UnsafeRawBufferPointer) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
    }

    private static func append(_ word: some FixedWidthInteger, to buffer: inout [UInt8]) {
        withUnsafeBytes(of: word.littleEndian) { buffer.append(contentsOf: $0) }
    }
}
