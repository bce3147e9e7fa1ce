import MailClient
import NIOCore
import NIOPosix
import NIOSSL

/// A server on a free port of the loopback that says what it is told to: something on connection, and something for each line it gets.
struct LoopbackServer {
    /// What is written for a line; `nil` hangs up.
    typealias Answer = @Sendable (String) -> String?

    let endpoint: Endpoint
    private let channel: any Channel

    /// - Parameter hangsUpBehindAnswer: behind the first answer that has a text, or would be the answer to an empty line.
    static func start(
        greeting: String, tls: NIOSSLContext? = nil, hangsUpBehindAnswer: Bool = false, answer: @escaping Answer = { _ in "" }
    ) async throws -> LoopbackServer {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(
                        LineAnswerer(greeting: greeting, hangsUp: hangsUpBehindAnswer, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return LoopbackServer(endpoint: Endpoint(host: "127.0.0.1", port: channel.localAddress?.port ?? 0), channel: channel)
    }

    func stop() async throws { try await channel.close() }
}

private final class LineAnswerer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let greeting: String
    private let hangsUp: Bool
    private let answer: LoopbackServer.Answer
    private var pending = ""

    init(greeting: String, hangsUp: Bool, answer: @escaping LoopbackServer.Answer) {
        self.greeting = greeting
        self.hangsUp = hangsUp
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) { say(greeting, context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        pending += buffer.readString(length: buffer.readableBytes) ?? ""
        while let end = pending.firstIndex(where: \.isNewline) {
            let line = String(pending[..<end])
            pending = String(pending[pending.index(after: end)...])
            guard let text = answer(line) else {
                context.close(promise: nil)
                return
            }
            say(text, context)
            if hangsUp, !text.isEmpty || line.isEmpty { context.close(promise: nil) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
        guard !text.isEmpty else { return }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
    }
}
