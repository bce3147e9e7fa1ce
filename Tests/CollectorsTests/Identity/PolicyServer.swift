import NIOCore
import NIOPosix

/// A web server on a free port of the loopback that answers everything with the same bytes and, if it is told so, hangs up.
struct PolicyServer {
    let port: Int
    private let channel: any Channel

    static func start(_ response: String, hangsUp: Bool = true) async throws -> PolicyServer {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answerer(response: response, hangsUp: hangsUp))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return PolicyServer(port: channel.localAddress?.port ?? 0, channel: channel)
    }

    static func page(_ text: String, type: String = "text/plain") -> String {
        "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(text.utf8.count)\r\nConnection: close\r\n\r\n\(text)"
    }

    func stop() async throws { try await channel.close() }
}

private final class Answerer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let response: String
    private let hangsUp: Bool
    private var request = ""

    init(response: String, hangsUp: Bool) {
        self.response = response
        self.hangsUp = hangsUp
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        request += buffer.readString(length: buffer.readableBytes) ?? ""
        guard request.contains("\r\n\r\n") else { return }
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: response)))
            .whenComplete { [hangsUp] _ in
                if hangsUp { loopBound.value.close(promise: nil) }
            }
    }
}
