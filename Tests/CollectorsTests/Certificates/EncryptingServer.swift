import MailClient
import NIOCore
import NIOPosix
import NIOSSL

/// A mail server on a free port of the loopback that speaks as much as it takes to be encrypted.
struct EncryptingServer {
    /// What is said to a line; that it begins with `*` stands for: and then encrypt.
    typealias Answer = @Sendable (String) -> String

    let endpoint: Endpoint
    private let channel: any Channel

    /// Without a greeting the server encrypts from the first byte on.
    static func start(_ identity: TestAuthority.Identity, greeting: String?, answer: @escaping Answer = { _ in "" }) async throws
        -> EncryptingServer
    {
        let context = try NIOSSLContext(configuration: identity.configuration())
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if greeting == nil { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context)) }
                    try channel.pipeline.syncOperations.addHandler(Speaker(context: context, greeting: greeting ?? "", answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return EncryptingServer(endpoint: Endpoint(host: "127.0.0.1", port: channel.localAddress?.port ?? 0), channel: channel)
    }

    static func smtp(_ identity: TestAuthority.Identity) async throws -> EncryptingServer {
        try await start(identity, greeting: "220 mx.example.test ESMTP\r\n") { line in
            switch line.prefix(4).uppercased() {
            case "EHLO": "250-mx.example.test\r\n250 STARTTLS\r\n"
            case "STAR": "*220 go ahead\r\n"
            default: "221 bye\r\n"
            }
        }
    }

    func stop() async throws { try await channel.close() }
}

private final class Speaker: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let context: NIOSSLContext
    private let greeting: String
    private let answer: EncryptingServer.Answer
    private var pending = ""

    init(context: NIOSSLContext, greeting: String, answer: @escaping EncryptingServer.Answer) {
        self.context = context
        self.greeting = greeting
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        if !greeting.isEmpty { say(greeting, context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        pending += buffer.readString(length: buffer.readableBytes) ?? ""
        while let end = pending.firstIndex(where: \.isNewline) {
            let text = answer(String(pending[..<end]))
            pending = String(pending[pending.index(after: end)...])
            say(text.hasPrefix("*") ? String(text.dropFirst()) : text, context)
            guard text.hasPrefix("*") else { continue }
            do {
                try context.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: self.context), position: .first)
            } catch {
                context.close(promise: nil)
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
    }
}
