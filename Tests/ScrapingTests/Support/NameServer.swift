import MailClient
import NIOCore
import NIOPosix

/// A name server on a free UDP port of the loopback. Source: RFC 1035, section 4.
struct NameServer {
    /// Record types by their numbers.
    static let (ns, mx, srv) = (UInt8(2), UInt8(15), UInt8(33))

    let endpoint: Endpoint
    private let channel: any Channel

    /// - Parameter answer: gets name and type and gives the data of the records; `nil`: the name does not exist.
    static func start(answer: @escaping @Sendable (String, UInt8) -> [[UInt8]]?) async throws -> NameServer {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answerer(answer: answer)) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return NameServer(endpoint: Endpoint(host: "127.0.0.1", port: channel.localAddress?.port ?? 0), channel: channel)
    }

    func stop() async throws { try await channel.close() }

    static func service(_ host: String, port: UInt16) -> [UInt8] {
        [0, 1, 0, 1, UInt8(port >> 8), UInt8(port & 0xFF)] + name(host)
    }

    static func exchanger(_ host: String) -> [UInt8] { [0, 10] + name(host) }

    static func name(_ host: String) -> [UInt8] {
        host.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    private final class Answerer: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        typealias OutboundOut = AddressedEnvelope<ByteBuffer>

        private let answer: @Sendable (String, UInt8) -> [[UInt8]]?

        init(answer: @escaping @Sendable (String, UInt8) -> [[UInt8]]?) {
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            guard let reply = reply(to: Array(envelope.data.readableBytesView)) else { return }
            let buffer = context.channel.allocator.buffer(bytes: reply)
            context.writeAndFlush(
                wrapOutboundOut(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: buffer)), promise: nil)
        }

        private func reply(to query: [UInt8]) -> [UInt8]? {
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
            let type = query[index + 2]
            let records = answer(labels.joined(separator: "."), type)
            let head: [UInt8] = [0x81, records == nil ? 0x83 : 0x80, 0, 1, 0, UInt8(records?.count ?? 0), 0, 0, 0, 0]
            var reply = query[0..<2] + head + query[12..<end]
            for record in records ?? [] { reply += [0xC0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, UInt8(record.count)] + record }
            return Array(reply)
        }
    }
}
