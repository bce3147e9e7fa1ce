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

    static func start(greeting: String, tls: NIOSSLContext? = nil, answer: @escaping Answer = { _ in "" }) async throws -> LoopbackServer {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(LineAnswerer(greeting: greeting, answer: answer))
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
    private let answer: LoopbackServer.Answer
    private var pending = ""

    init(greeting: String, answer: @escaping LoopbackServer.Answer) {
        self.greeting = greeting
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
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
        guard !text.isEmpty else { return }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
    }
}
