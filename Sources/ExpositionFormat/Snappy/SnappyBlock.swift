import CSnappy

/// Snappy's block format, as remote write uses it: no frames, no checksum, the length of the content in front.
/// Source: google/snappy, `format_description.txt`.
public enum SnappyBlock {
    /// Why bytes are not a usable snappy block.
    public enum Fault: Error, Hashable, Sendable {
        /// The content would be larger than the caller allows.
        case tooLarge(bytes: Int, limit: Int)
        /// The bytes are cut off or are not snappy.
        case corrupt
    }

    public static func compress(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes(compress)
    }

    public static func compress(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let capacity = snappy_max_compressed_length(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            // One byte that is never read stands in for an empty input, which has no address.
            withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { nothing in
                var length = capacity
                let input = (bytes.baseAddress ?? UnsafeRawPointer(nothing.baseAddress))?.assumingMemoryBound(to: CChar.self)
                let status = output.withMemoryRebound(to: CChar.self) { snappy_compress(input, bytes.count, $0.baseAddress, &length) }
                precondition(status == SNAPPY_OK, "The output has the size that snappy asked for")
                count = length
            }
        }
    }

    /// The content of a block. The declared length is held against `limit` (bytes) before anything is allocated.
    public static func decompress(_ block: [UInt8], limit: Int) throws(Fault) -> [UInt8] {
        let result: Result<[UInt8], Fault> = block.withUnsafeBytes { buffer in
            do throws(Fault) {
                return .success(try decompress(buffer, limit: limit))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The content of a block. The declared length is held against `limit` (bytes) before anything is allocated.
    public static func decompress(_ block: UnsafeRawBufferPointer, limit: Int) throws(Fault) -> [UInt8] {
        let length = try contentLength(of: block, limit: limit)
        var fault: Fault?
        let content = [UInt8](unsafeUninitializedCapacity: max(length, 1)) { output, count in
            do throws(Fault) {
                try decompress(block, into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: output[..<length])))
                count = length
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
        return content
    }

    /// The length that a block declares for its content, in bytes, held against `limit`.
    public static func contentLength(of block: UnsafeRawBufferPointer, limit: Int) throws(Fault) -> Int {
        guard let input = block.baseAddress?.assumingMemoryBound(to: CChar.self) else { throw .corrupt }
        var length = 0
        guard snappy_uncompressed_length(input, block.count, &length) == SNAPPY_OK else { throw .corrupt }
        guard length >= 0, length <= limit else { throw .tooLarge(bytes: length, limit: limit) }
        return length
    }

    /// Writes the content of a block into `output`, which has the length that `contentLength` gave.
    public static func decompress(_ block: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(Fault) {
        guard let input = block.baseAddress?.assumingMemoryBound(to: CChar.self) else { throw .corrupt }
        var written = output.count
        // An empty content has no address to be written to.
        let isSound = withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { nothing in
            let target = (output.baseAddress ?? nothing.baseAddress)?.assumingMemoryBound(to: CChar.self)
            return snappy_uncompress(input, block.count, target, &written) == SNAPPY_OK
        }
        guard isSound, written == output.count else { throw .corrupt }
    }
}

extension SnappyBlock.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooLarge(let bytes, let limit): "the snappy block holds \(bytes) bytes, over the limit of \(limit); send smaller requests"
        case .corrupt: "the body is not a snappy block (the block format is expected, not the framed one)"
        }
    }
}
