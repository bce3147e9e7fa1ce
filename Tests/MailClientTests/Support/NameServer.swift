import MailClient
import NIOCore
import NIOPosix

/// A name server on a free UDP port of the loopback with a handful of records. Source: RFC 1035, section 4.
struct NameServer {
    enum Answer: Sendable {
        case addresses([[UInt8]])
        case exchangers([(preference: UInt8, host: String)])
        /// RCODE: 2 for SERVFAIL, 3 for NXDOMAIN.
        case failure(UInt8)
        case empty
        case silence
    }

    let endpoint: Endpoint
    private let channel: any Channel

    /// `answer` gets the name and the type: 1 for A, 15 for MX, 28 for AAAA.
    static func start(answer: @escaping @Sendable (String, UInt8) -> Answer) async throws -> NameServer {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answerer(answer: answer)) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return NameServer(endpoint: Endpoint(host: "127.0.0.1", port: channel.localAddress?.port ?? 0), channel: channel)
    }

    func stop() async throws { try await channel.close() }
}

private final class Answerer: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let answer: @Sendable (String, UInt8) -> NameServer.Answer

    init(answer: @escaping @Sendable (String, UInt8) -> NameServer.Answer) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let reply = reply(to: Array(envelope.data.readableBytesView)) else { return }
        context.writeAndFlush(
            wrapOutboundOut(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: context.channel.allocator.buffer(bytes: reply))),
            promise: nil)
    }

    private func reply(to query: [UInt8]) -> [UInt8]? {
        guard query.count > 12 else { return nil }
        var index = 12
        var labels: [String] = []
        while index < query.count, query[index] > 0 {
            let end = index + 1 + Int(query[index])
            guard end < query.count else { return nil }
            labels.append(String(decoding: query[(index + 1)..<end], as: UTF8.self))
            index = end
        }
        let end = index + 5
        guard end <= query.count else { return nil }
        var code: UInt8 = 0
        var records: [[UInt8]] = []
        let type = query[index + 2]
        switch answer(labels.joined(separator: "."), type) {
        case .silence: return nil
        case .empty: break
        case .failure(let number): code = number
        case .addresses(let addresses): records = addresses
        case .exchangers(let exchangers): records = exchangers.map { [0, $0.preference] + Self.name($0.host) }
        }
        let head: [UInt8] = Array(query[0..<2]) + [0x81, 0x80 | code, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0]
        var reply = head + query[12..<end]
        for record in records { reply += [0xC0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, UInt8(record.count)] + record }
        return reply
    }

    private static func name(_ host: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for label in host.split(separator: ".") { bytes += [UInt8(label.utf8.count)] + Array(label.utf8) }
        return bytes + [0]
    }
}
