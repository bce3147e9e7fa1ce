import NIOCore

/// The end of a scripted server's connection: gives each line to the script and says what that answers.
final class LineServer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What a script says to a line.
    struct Answer {
        var text = ""
        var hangsUp = false
        /// Called when the text has been given to the network.
        var then: (@Sendable () -> Void)?
    }

    /// Told a line without its end.
    typealias Script = (String) -> Answer

    private let greeting: String
    private let script: Script
    private var pending: [UInt8] = []

    init(greeting: String, script: @escaping Script) {
        self.greeting = greeting
        self.script = script
    }

    func channelActive(context: ChannelHandlerContext) { write(Answer(text: greeting), context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pending += unwrapInboundIn(data).readableBytesView
        while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: pending[..<end], as: UTF8.self)
            pending.removeFirst(end + 1)
            let answer = script(line.hasSuffix("\r") || line.hasSuffix("\r\n") ? String(line.dropLast()) : line)
            write(answer, context)
            if answer.hangsUp { context.close(promise: nil) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func write(_ answer: Answer, _ context: ChannelHandlerContext) {
        guard !answer.text.isEmpty else { return }
        let written = context.eventLoop.makePromise(of: Void.self)
        if let then = answer.then { written.futureResult.whenSuccess(then) }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: answer.text)), promise: written)
    }
}
