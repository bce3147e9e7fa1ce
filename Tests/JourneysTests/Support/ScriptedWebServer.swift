import MailClient
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import TestSupport

/// A web server on a free port of the loopback that answers what its script tells it, byte by byte.
final class ScriptedWebServer: Sendable {
    struct Request: Sendable {
        let method: String
        /// Path and query.
        let target: String
        /// Names in small letters.
        let fields: [String: String]
        let body: String
    }

    struct Answer: Sendable {
        let bytes: String
        var hangsUp = false

        static let silence = Answer(bytes: "")

        /// Bytes as they are, then the end of the connection.
        static func raw(_ bytes: String, hangsUp: Bool = true) -> Answer { Answer(bytes: bytes, hangsUp: hangsUp) }

        static func page(_ body: String, status: String = "200 OK", _ fields: String...) -> Answer {
            let header = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + fields
            return Answer(bytes: header.joined(separator: "\r\n") + "\r\n\r\n" + body)
        }

        static func redirect(to location: String, status: String = "302 Found", _ fields: String...) -> Answer {
            let header = ["HTTP/1.1 \(status)", "Content-Length: 0", "Location: \(location)"] + fields
            return Answer(bytes: header.joined(separator: "\r\n") + "\r\n\r\n")
        }
    }

    typealias Script = @Sendable (Request) -> Answer

    private struct State {
        var requests: [Request] = []
        var connections = 0
    }

    let endpoint: Endpoint
    private let channel: any Channel
    private let state: Shared<State>

    private init(endpoint: Endpoint, channel: any Channel, state: Shared<State>) {
        self.endpoint = endpoint
        self.channel = channel
        self.state = state
    }

    var requests: [Request] { state.value.requests }
    var connections: Int { state.value.connections }

    static func start(tls: NIOSSLContext? = nil, _ script: @escaping Script) async throws -> ScriptedWebServer {
        let state = Shared(State())
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    state.withLock { $0.connections += 1 }
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    let reader = RequestReader { request in
                        state.withLock { $0.requests.append(request) }
                        return script(request)
                    }
                    try channel.pipeline.syncOperations.addHandler(reader)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let endpoint = Endpoint(host: "127.0.0.1", port: channel.localAddress?.port ?? 0)
        return ScriptedWebServer(endpoint: endpoint, channel: channel, state: state)
    }

    func stop() async throws { try await channel.close() }
}

private final class RequestReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: ScriptedWebServer.Script
    private var pending = ""

    init(_ script: @escaping ScriptedWebServer.Script) {
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pending += String(buffer: unwrapInboundIn(data))
        while let end = pending.firstRange(of: "\r\n\r\n") {
            let lines = pending[..<end.lowerBound].split(separator: "\r\n").map(String.init)
            var fields: [String: String] = [:]
            for line in lines.dropFirst() {
                let name = line.prefix { $0 != ":" }
                fields[name.lowercased()] = String(line.dropFirst(name.count + 2))
            }
            let rest = pending[end.upperBound...].utf8
            let length = Int(fields["content-length"] ?? "0") ?? 0
            guard rest.count >= length else { return }
            let body = String(decoding: Array(rest.prefix(length)), as: UTF8.self)
            pending = String(decoding: Array(rest.dropFirst(length)), as: UTF8.self)
            let words = lines[0].split(separator: " ").map(String.init)
            perform(script(.init(method: words[0], target: words[1], fields: fields, body: body)), context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func perform(_ answer: ScriptedWebServer.Answer, _ context: ChannelHandlerContext) {
        if !answer.bytes.isEmpty {
            context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: answer.bytes)), promise: nil)
        }
        if answer.hangsUp { context.close(promise: nil) }
    }
}
