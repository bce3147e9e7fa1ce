import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import TestSupport

/// A target on a port of its own that answers as the test says.
final class PageServer: Sendable {
    struct Answer: Sendable {
        var status = HTTPResponseStatus.ok
        var headers: [(String, String)] = [("Content-Type", "text/plain; version=0.0.4")]
        var body = ""
        /// The head and the body are sent, the end never is.
        var isEndless = false
        /// Nothing is sent at all.
        var isSilent = false
    }

    /// What was asked for, in its order.
    let requests: Shared<[HTTPRequestHead]>
    let answer: Shared<@Sendable (HTTPRequestHead) -> Answer>
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel

    var port: Int { channel.localAddress?.port ?? 0 }
    var address: String { "127.0.0.1:\(port)" }

    static func start(
        tls: TLSConfiguration? = nil, _ answer: @escaping @Sendable (HTTPRequestHead) -> Answer
    ) async throws -> PageServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let requests = Shared<[HTTPRequestHead]>([])
        let answers = Shared(answer)
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context)) }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(requests: requests, answer: answers))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return PageServer(group: group, channel: channel, requests: requests, answer: answers)
    }

    static func start(page: String) async throws -> PageServer {
        try await start { _ in Answer(body: page) }
    }

    func stop() async throws {
        try await channel.close()
        try await group.shutdownGracefully()
    }

    private init(
        group: MultiThreadedEventLoopGroup, channel: any Channel, requests: Shared<[HTTPRequestHead]>,
        answer: Shared<@Sendable (HTTPRequestHead) -> Answer>
    ) {
        self.group = group
        self.channel = channel
        self.answer = answer
        self.requests = requests
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let requests: Shared<[HTTPRequestHead]>
        private let answer: Shared<@Sendable (HTTPRequestHead) -> Answer>
        private var head: HTTPRequestHead?

        init(requests: Shared<[HTTPRequestHead]>, answer: Shared<@Sendable (HTTPRequestHead) -> Answer>) {
            self.requests = requests
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body: break
            case .end:
                if let head { respond(to: head, context) }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private func respond(to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
            requests.withLock { $0.append(request) }
            let answer = answer.value(request)
            if answer.isSilent { return }
            var headers = HTTPHeaders(answer.headers)
            headers.replaceOrAdd(name: "Content-Length", value: "\(answer.body.utf8.count + (answer.isEndless ? 1 : 0))")
            context.write(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers))), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
            if answer.isEndless { return context.flush() }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
