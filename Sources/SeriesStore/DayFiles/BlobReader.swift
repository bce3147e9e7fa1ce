/// Reads numbers and stretches of bytes from a buffer; every function gives `nil` where the bytes end too early or make no sense.
struct BlobReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var remaining: Int { bytes.count - offset }

    @inline(__always)
    mutating func byte() -> UInt8? {
        guard offset < bytes.count else { return nil }
        defer { offset &+= 1 }
        return bytes[offset]
    }

    @inline(__always)
    mutating func varint() -> UInt64? {
        guard let first = byte() else { return nil }
        return first < 0x80 ? UInt64(first) : longVarint(first)
    }

    @inline(__always)
    mutating func signed() -> Int64? {
        guard let value = varint() else { return nil }
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// A number of up to `limit`. Guards allocations against damage.
    mutating func count(upTo limit: Int) -> Int? {
        guard let value = varint(), value <= UInt64(limit) else { return nil }
        return Int(value)
    }

    /// The next `count` bytes.
    mutating func stretch(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, count <= remaining else { return nil }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
    }

    /// A length and that many bytes.
    mutating func sized() -> UnsafeRawBufferPointer? {
        guard let length = count(upTo: remaining) else { return nil }
        return stretch(length)
    }

    // MARK: - Private

    private mutating func longVarint(_ first: UInt8) -> UInt64? {
        var value = UInt64(first & 0x7F)
        for index in 1..<10 {
            guard let byte = byte() else { return nil }
            if index == 9 && byte > 1 { return nil }
            value |= UInt64(byte & 0x7F) << UInt64(7 * index)
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }
}
