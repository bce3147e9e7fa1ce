import CZlib

/// Makes one gzip stream out of pieces. Source: RFC 1952; zlib manual.
final class GzipStream {
    /// Faster than zlib's default 6; JSON becomes hardly larger.
    private static let level: Int32 = 4
    /// 15 bits of window, and 16 for gzip instead of zlib's own frame.
    private static let windowBits: Int32 = 15 + 16
    private static let memoryLevel: Int32 = 8

    private var stream = z_stream()

    init() {
        let status = deflateInit2_(
            &stream, Self.level, Z_DEFLATED, Self.windowBits, Self.memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib takes these parameters, and there is memory")
    }

    deinit {
        deflateEnd(&stream)
    }

    /// What can be sent so far; empty as long as zlib collects.
    func compress(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        run(Array(bytes), flush: Z_NO_FLUSH)
    }

    /// The rest. Nothing may come after it.
    func finish() -> [UInt8] {
        run([], flush: Z_FINISH)
    }

    // MARK: - Private

    private func run(_ input: [UInt8], flush: Int32) -> [UInt8] {
        var input = input
        var output: [UInt8] = []
        let room = Int(deflateBound(&stream, UInt(input.count))) + 64
        input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            var isDone = false
            while !isDone {
                let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(room)
                    let status = deflate(&stream, flush)
                    precondition(status != Z_STREAM_ERROR, "The stream is used as zlib wants it")
                    count = room - Int(stream.avail_out)
                    // Room that is left over says that there is no more to come.
                    isDone = stream.avail_out > 0
                }
                output += piece
            }
            stream.next_in = nil
        }
        return output
    }
}
