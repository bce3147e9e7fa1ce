import ExpositionFormat
import NIOCore
import NIOHTTP1
import NIOPosix
import TestSupport

/// A remote-write receiver on a port of its own that answers as the test says.
final class ScriptedReceiver: Sendable {
    struct Answer: Sendable {
        var status: HTTPResponseStatus = .noContent
        var headers: [(String, String)] = []
        var body = ""
        /// The answer is begun and never ends.
        var isEndless = false
    }

    struct Request: Sendable {
        let head: HTTPRequestHead
        let content: RemoteWriteRequest
        let answer: Answer
    }

    let received: Shared<[Request]>
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel

    var port: Int { channel.localAddress?.port ?? 0 }

    /// The timestamps of all samples that were taken, in the order of their arrival.
    var takenTimestamps: [Int64] {
        received.value.filter { $0.answer.status.code < 300 }.flatMap { $0.content.series.flatMap { $0.points.map(\.timestamp) } }
    }

    /// - Parameter answer: called with what was received before and what arrives now. May block.
    static func start(
        port: Int = 0, _ answer: @escaping @Sendable ([Request], RemoteWriteRequest) -> Answer = { _, _ in Answer() }
    ) async throws -> ScriptedReceiver {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let received = Shared<[Request]>([])
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(received: received, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        return ScriptedReceiver(group: group, channel: channel, received: received)
    }

    func stop() async throws {
        try await channel.close()
        try await group.shutdownGracefully()
    }

    private init(group: MultiThreadedEventLoopGroup, channel: any Channel, received: Shared<[Request]>) {
        self.group = group
        self.channel = channel
        self.received = received
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let received: Shared<[Request]>
        private let answer: @Sendable ([Request], RemoteWriteRequest) -> Answer
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []

        init(received: Shared<[Request]>, answer: @escaping @Sendable ([Request], RemoteWriteRequest) -> Answer) {
            self.received = received
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = []
            case .body(let bytes): body += bytes.readableBytesView
            case .end: respond(context)
            }
        }

        private func respond(_ context: ChannelHandlerContext) {
            guard let head, let bytes = try? SnappyBlock.decompress(body, limit: 1 << 24),
                let content = try? RemoteWriteRequest(decoding: bytes)
            else {
                context.close(promise: nil)
                return
            }
            let answer = answer(received.value, content)
            received.withLock { $0.append(Request(head: head, content: content, answer: answer)) }
            var headers = HTTPHeaders(answer.headers)
            headers.replaceOrAdd(name: "Content-Length", value: "\(answer.body.utf8.count + (answer.isEndless ? 1 : 0))")
            let response = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
            context.write(wrapOutboundOut(.head(response)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
            if answer.isEndless { return context.flush() }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
