import Glibc
import PostwatchModel

/// A socket at which lines of syslog arrive, or connections that bring them.
struct SyslogSocket {
    let descriptor: OwnedDescriptor
    let transport: SyslogSettings.TransportProtocol

    /// Throws `unreachable`, with what to do about it.
    init(_ transport: SyslogSettings.TransportProtocol, at address: ServiceAddress) throws(CollectionFailure) {
        guard let target = try SocketAddress.all(of: address).first else {
            throw .unreachable(socket: "\(address)", reason: "it is no address")
        }
        let kind = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        let flags = Int32(kind.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard let descriptor = OwnedDescriptor(socket(target.family, flags, 0)) else { throw Self.refused(transport, address) }
        self.descriptor = descriptor
        self.transport = transport
        switch transport {
        case .udp: Self.widenBuffer(descriptor.number)
        case .tcp: Self.set(SO_REUSEADDR, 1, descriptor.number)
        }
        guard target.bind(descriptor.number) == 0, transport == .udp || listen(descriptor.number, Self.backlog) == 0 else {
            throw Self.refused(transport, address)
        }
    }

    /// How many datagrams the system threw away because nobody had read those before them; `nil` when
    /// it does not say.
    func droppedDatagrams() -> UInt32? {
        guard transport == .udp else { return nil }
        // The places of SK_MEMINFO_… in linux/sock_diag.h.
        var figures = [UInt32](repeating: 0, count: 9)
        var length = socklen_t(figures.count * 4)
        guard getsockopt(descriptor.number, SOL_SOCKET, SO_MEMINFO, &figures, &length) == 0, length >= 36 else { return nil }
        return figures[8]
    }

    // MARK: - Private

    /// A burst of a second: the system counts each datagram with about a kilobyte of its own.
    private static let receiveBuffer: Int32 = 16 << 20
    private static let backlog: Int32 = 128

    /// Beyond the machine's limit where that is allowed (CAP_NET_ADMIN), up to it otherwise.
    private static func widenBuffer(_ descriptor: Int32) {
        if !set(SO_RCVBUFFORCE, receiveBuffer, descriptor) { set(SO_RCVBUF, receiveBuffer, descriptor) }
    }

    @discardableResult
    private static func set(_ option: Int32, _ value: Int32, _ descriptor: Int32) -> Bool {
        var value = value
        return setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    }

    private static func refused(_ transport: SyslogSettings.TransportProtocol, _ address: ServiceAddress) -> CollectionFailure {
        let reason = String(cString: strerror(errno))
        let advice =
            switch errno {
            case EADDRINUSE: "; another program listens there, so give another port"
            case EACCES: "; give a port above 1023, or the agent the capability CAP_NET_BIND_SERVICE"
            case EADDRNOTAVAIL: "; it is no address of this machine"
            default: ""
            }
        return .unreachable(socket: "\(address) (\(transport.rawValue))", reason: reason + advice)
    }
}
