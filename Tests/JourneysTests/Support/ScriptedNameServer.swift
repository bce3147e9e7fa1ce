import MailClient
import NIOCore
import NIOPosix

/// A name server on a free port of the loopback that answers what its script tells it, by UDP, and by TCP where it has a script for that.
/// Source: RFC 1035, section 4.
struct ScriptedNameServer {
    /// Told a question as it came, which begins with its number; `nil` for silence.
    typealias Script = @Sendable ([UInt8]) -> [UInt8]?

    let endpoint: Endpoint
    private let channels: [any Channel]

    /// - Parameter tcp: answers a question with the two bytes of its length before it; then the connection ends. `nil`: never.
    static func start(udp: @escaping Script, tcp: @escaping Script = { _ in nil }) async throws -> ScriptedNameServer {
        var attempts = 10
        while true {
            attempts -= 1
            let connections = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(StreamAnswerer(tcp)) }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let port = connections.localAddress?.port ?? 0
            do {
                let datagrams = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(DatagramAnswerer(udp)) }
                    }
                    .bind(host: "127.0.0.1", port: port).get()
                return ScriptedNameServer(endpoint: Endpoint(host: "127.0.0.1", port: port), channels: [datagrams, connections])
            } catch  where attempts > 0 {
                // Somebody else has the port for datagrams.
                try await connections.close()
            }
        }
    }

    func stop() async throws {
        for channel in channels { try await channel.close() }
    }

    /// An answer without records. `code` is the RCODE: 2 for SERVFAIL, 3 for NXDOMAIN, 5 for REFUSED.
    static func answer(to question: [UInt8], code: UInt8, isTruncated: Bool = false) -> [UInt8] {
        guard question.count > 12 else { return question }
        var answer = question
        answer[2] = isTruncated ? 0x83 : 0x81
        answer[3] = 0x80 | code
        // Whatever else the question had behind its name goes.
        for index in 6..<12 { answer[index] = 0 }
        guard let nameEnd = answer[12...].firstIndex(of: 0), answer.count >= nameEnd + 5 else { return answer }
        return Array(answer[..<(nameEnd + 5)])
    }

    /// An answer with the address 192.0.2.1 to a question for A, and with none to others.
    static func address(to question: [UInt8]) -> [UInt8] {
        var answer = answer(to: question, code: 0)
        guard answer.suffix(4) == [0, 1, 0, 1] else { return answer }
        answer[7] = 1
        return answer + [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]
    }
}

private final class DatagramAnswerer: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let script: ScriptedNameServer.Script

    init(_ script: @escaping ScriptedNameServer.Script) { self.script = script }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let answer = script(Array(envelope.data.readableBytesView)) else { return }
        let bytes = context.channel.allocator.buffer(bytes: answer)
        context.writeAndFlush(wrapOutboundOut(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: bytes)), promise: nil)
    }
}

private final class StreamAnswerer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: ScriptedNameServer.Script

    init(_ script: @escaping ScriptedNameServer.Script) { self.script = script }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let answer = script(Array(unwrapInboundIn(data).readableBytesView.dropFirst(2))) else { return }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: answer)), promise: nil)
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
