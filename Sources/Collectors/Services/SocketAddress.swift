import Glibc
import PostwatchModel

/// One address as the kernel takes it.
struct SocketAddress {
    let family: Int32
    private let bytes: [UInt8]

    /// The addresses that a service may be reached at, in the order in which they should be tried. Names are looked up, which may take
    /// as long as the machine's resolver takes.
    static func all(of address: ServiceAddress) throws(CollectionFailure) -> [SocketAddress] {
        switch address {
        case .local(let path): [try local(path)]
        case .internet(let host, let port): try internet(host, port)
        }
    }

    /// What `connect(2)` returns; `errno` tells the rest.
    func connect(_ descriptor: Int32) -> Int32 {
        bytes.withUnsafeBytes { raw in
            raw.withMemoryRebound(to: sockaddr.self) { Glibc.connect(descriptor, $0.baseAddress, socklen_t(bytes.count)) }
        }
    }

    /// What `bind(2)` returns; `errno` tells the rest.
    func bind(_ descriptor: Int32) -> Int32 {
        bytes.withUnsafeBytes { raw in
            raw.withMemoryRebound(to: sockaddr.self) { Glibc.bind(descriptor, $0.baseAddress, socklen_t(bytes.count)) }
        }
    }

    // MARK: - Private

    private static func local(_ path: String) throws(CollectionFailure) -> SocketAddress {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        // The path needs a NUL behind it.
        guard path.utf8.count < room else {
            throw .unreachable(socket: path, reason: "the path is longer than \(room - 1) bytes, which no socket's may be")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return SocketAddress(family: AF_UNIX, bytes: withUnsafeBytes(of: &address) { Array($0) })
    }

    private static func internet(_ host: String, _ port: Int) throws(CollectionFailure) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let error = getaddrinfo(host, String(port), &hints, &found)
        guard error == 0 else { throw .unreachable(socket: "\(host):\(port)", reason: String(cString: gai_strerror(error))) }
        defer { freeaddrinfo(found) }
        var list = found
        var addresses: [SocketAddress] = []
        while let entry = list?.pointee {
            let bytes = UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen))
            addresses.append(SocketAddress(family: entry.ai_family, bytes: Array(bytes)))
            list = entry.ai_next
        }
        return addresses
    }
}
