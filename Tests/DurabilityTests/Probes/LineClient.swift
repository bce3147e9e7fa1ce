import NIOCore

/// The end of a client's connection to a mail server: says one line after the other, each when the one before was answered, and gives the
/// code of the last answer, or of the first that is none of success; 0 when the connection ends before.
final class LineClient: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var lines: ArraySlice<String>
    private let result: EventLoopPromise<Int>
    private var pending: [UInt8] = []

    init(_ lines: [String], result: EventLoopPromise<Int>) {
        self.lines = lines[...]
        self.result = result
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pending += unwrapInboundIn(data).readableBytesView
        while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
            let reply = String(decoding: pending[..<end], as: UTF8.self)
            pending.removeFirst(end + 1)
            guard reply.dropFirst(3).first != "-" else { continue }
            let code = Int(reply.prefix(3)) ?? 0
            guard (200..<400).contains(code), let line = lines.popFirst() else {
                result.succeed(code)
                return context.close(promise: nil)
            }
            context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: line + "\r\n")), promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { result.succeed(0) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
