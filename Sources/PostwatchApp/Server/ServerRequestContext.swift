import HTTPAPI
import Hummingbird
import NIOCore

/// What a request carries with it: also whether whoever sent it is still there.
struct ServerRequestContext: RequestContext, ClientConnection, RemoteAddressRequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    var remoteAddress: SocketAddress? { channel.remoteAddress }
    var isOpen: Bool { channel.isActive && !ClientDepartureHandler.hasLeft(channel) }
}
