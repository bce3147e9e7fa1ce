import CXXHash

/// Bytes as they stand in a column of a row: format, checksum, size and one zstd frame.
///
/// The checksum (XXH3, 64 bits, with the format as its seed) covers everything behind it as it is stored: a flipped bit is found before
/// anything is decompressed, also one in a part of the frame that would not change the content.
enum SealedBlob {
    /// What is inside. Also the first byte.
    enum Format: UInt8 {
        case labels = 0x11
        case chunks = 0x12
        case histograms = 0x13
    }

    /// No blob may claim to be larger when it is decompressed. A block is closed at a small part of this.
    static let contentLimit = 64 << 20

    static func seal(_ content: [UInt8], as format: Format, with compressor: ZstandardCompressor) -> [UInt8] {
        precondition(content.count <= contentLimit)
        var blob = [format.rawValue] + [UInt8](repeating: 0, count: headSize - 1)
        Varint.append(UInt64(content.count), to: &blob)
        compressor.append(content, to: &blob)
        let checksum = blob.withUnsafeBytes { Self.checksum($0, format) }
        blob.withUnsafeMutableBytes { $0.storeBytes(of: checksum.littleEndian, toByteOffset: 1, as: UInt64.self) }
        return blob
    }

    /// The content, or `nil` when the blob is not what was sealed.
    static func open(_ blob: UnsafeRawBufferPointer, as format: Format, with decompressor: ZstandardDecompressor) -> [UInt8]? {
        guard blob.count > headSize, blob[0] == format.rawValue else { return nil }
        let stored = UInt64(littleEndian: blob.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
        guard stored == checksum(blob, format) else { return nil }
        var reader = BlobReader(UnsafeRawBufferPointer(rebasing: blob[headSize...]))
        guard let size = reader.count(upTo: contentLimit), let frame = reader.stretch(reader.remaining) else { return nil }
        return decompressor.content(of: frame, size: size)
    }

    // MARK: - Private

    private static let headSize = 9

    private static func checksum(_ blob: UnsafeRawBufferPointer, _ format: Format) -> UInt64 {
        let covered = UnsafeRawBufferPointer(rebasing: blob[headSize...])
        return xxh3_64bits_seeded(covered.baseAddress, covered.count, UInt64(format.rawValue))
    }
}
