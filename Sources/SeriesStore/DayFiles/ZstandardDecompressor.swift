import CZstd

/// Reads zstd frames; keeps its memory from one to the next. Not for several threads at once.
final class ZstandardDecompressor {
    private let context: OpaquePointer

    init() {
        guard let context = ZSTD_createDCtx() else { preconditionFailure("no memory for a zstd context") }
        self.context = context
    }

    deinit {
        ZSTD_freeDCtx(context)
    }

    /// The content of `frame`; `nil` unless it is exactly `size` bytes. Never takes more memory than that.
    func content(of frame: UnsafeRawBufferPointer, size: Int) -> [UInt8]? {
        guard ZSTD_getFrameContentSize(frame.baseAddress, frame.count) == UInt64(size) else { return nil }
        var isWhole = false
        let content = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let read = ZSTD_decompressDCtx(context, buffer.baseAddress, size, frame.baseAddress, frame.count)
            isWhole = ZSTD_isError(read) == 0 && read == size
            count = isWhole ? size : 0
        }
        return isWhole ? content : nil
    }
}
