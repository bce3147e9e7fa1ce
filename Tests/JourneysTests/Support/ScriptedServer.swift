import MailClient
import NIOCore
import NIOPosix
import NIOSSL

/// A server on a free port of the loopback that says what its script tells it.
struct ScriptedServer {
    /// What the server does: says something, then perhaps begins to encrypt, or hangs up.
    struct Act: ExpressibleByStringLiteral, Sendable {
        let text: String
        let hangsUp: Bool
        /// Said later, whatever comes in between.
        let pushes: [Push]
        /// Begins behind the text.
        let encryption: Encryption?

        init(_ text: String, hangsUp: Bool = false, pushes: [Push] = [], encryption: Encryption? = nil) {
            self.text = text
            self.hangsUp = hangsUp
            self.pushes = pushes
            self.encryption = encryption
        }

        init(stringLiteral text: String) { self.init(text) }

        static let silence = Act("")
        static let hangUp = Act("", hangsUp: true)
    }

    struct Push: Sendable {
        let delay: TimeAmount
        let text: @Sendable () -> String
    }

    struct Encryption: Sendable {
        let context: NIOSSLContext
        /// The first words behind the handshake.
        var greeting = ""
    }

    /// One connection's script: told each line, without its end.
    typealias Script = @Sendable (String) -> Act

    let endpoint: Endpoint
    private let channel: any Channel

    /// `script` is asked for anew for each connection. With `tls` all is encrypted from the first byte on.
    static func start(
        greeting: Act, tls: NIOSSLContext? = nil, script: @escaping @Sendable () -> Script
    ) async throws -> ScriptedServer {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(ScriptReader(greeting: greeting, script: script()))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ScriptedServer(endpoint: Endpoint(host: "127.0.0.1", port: channel.localAddress?.port ?? 0), channel: channel)
    }

    func stop() async throws { try await channel.close() }
}

private final class ScriptReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let greeting: ScriptedServer.Act
    private let script: ScriptedServer.Script
    private var pending: [UInt8] = []

    init(greeting: ScriptedServer.Act, script: @escaping ScriptedServer.Script) {
        self.greeting = greeting
        self.script = script
    }

    func channelActive(context: ChannelHandlerContext) { perform(greeting, context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pending += unwrapInboundIn(data).readableBytesView
        while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: pending[..<end], as: UTF8.self)
            pending.removeFirst(end + 1)
            perform(script(line.hasSuffix("\r") ? String(line.dropLast()) : line), context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func perform(_ act: ScriptedServer.Act, _ context: ChannelHandlerContext) {
        if !act.text.isEmpty {
            context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: act.text)), promise: nil)
        }
        let channel = context.channel
        if let encryption = act.encryption {
            try? context.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: encryption.context), position: .first)
            context.writeAndFlush(wrapOutboundOut(channel.allocator.buffer(string: encryption.greeting)), promise: nil)
        }
        for push in act.pushes {
            channel.eventLoop.scheduleTask(in: push.delay) {
                channel.writeAndFlush(channel.allocator.buffer(string: push.text()), promise: nil)
            }
        }
        if act.hangsUp { context.close(promise: nil) }
    }
}
