import CZstd

/// Makes zstd frames; keeps its memory from one to the next. Not for several threads at once.
final class ZstandardCompressor {
    private let context: OpaquePointer
    private let level: Int32

    /// - Parameter level: 1 (fast) to 19 (small).
    init(level: Int32) {
        guard let context = ZSTD_createCCtx() else { preconditionFailure("no memory for a zstd context") }
        self.context = context
        self.level = level
    }

    deinit {
        ZSTD_freeCCtx(context)
    }

    /// Adds the frame of `content` to `bytes`.
    func append(_ content: [UInt8], to bytes: inout [UInt8]) {
        let bound = ZSTD_compressBound(content.count)
        let frame = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            let written = content.withUnsafeBytes {
                ZSTD_compressCCtx(context, buffer.baseAddress, bound, $0.baseAddress, $0.count, level)
            }
            precondition(ZSTD_isError(written) == 0, "The frame fits into its bound")
            count = written
        }
        bytes += frame
    }
}
