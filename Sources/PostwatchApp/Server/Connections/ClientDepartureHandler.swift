import NIOCore
import Synchronization

/// Notes clients that have closed their side of the connection. NIO goes on with such a connection, since an answer can still be sent; but
/// who closes while a query runs has nearly always gone away.
final class ClientDepartureHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    /// Channels that are half closed: at most those that are open.
    private static let departed = Mutex<Set<ObjectIdentifier>>([])

    static func hasLeft(_ channel: any Channel) -> Bool {
        departed.withLock { $0.contains(ObjectIdentifier(channel)) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            let identifier = ObjectIdentifier(context.channel)
            _ = Self.departed.withLock { $0.insert(identifier) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let identifier = ObjectIdentifier(context.channel)
        _ = Self.departed.withLock { $0.remove(identifier) }
        context.fireChannelInactive()
    }
}
