import PostwatchModel

/// Where a service of this node listens.
public enum ServiceAddress: Hashable, Sendable {
    /// A host name or IP address, without the brackets of IPv6.
    case internet(host: String, port: Int)
    /// The absolute path of a unix socket.
    case local(path: String)

    /// Reads `127.0.0.1:6379`, `[::1]:6379`, `db.example:3306` or `/run/redis/redis.sock`, also with `unix:` before it.
    /// - Parameter port: Counts where the text has none.
    public init?(_ text: String, port usual: Int) {
        let path = text.hasPrefix("unix:") ? String(text.dropFirst(5)) : text
        if path.hasPrefix("/") {
            self = .local(path: path)
            return
        }
        guard path == text else { return nil }
        var host = Substring(text)
        var port = Substring(String(usual))
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            if !rest.isEmpty { port = rest.dropFirst() }
        } else if let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard !host.isEmpty, !host.contains(where: { "/@ ".contains($0) }), let number = Int(port), (1...65535).contains(number) else {
            return nil
        }
        self = .internet(host: String(host), port: number)
    }

    /// The key `address` of an entry of `collectors`, with the usual port where it has none.
    init(_ section: ConfigurationSection, usual: ServiceAddress, port: Int) {
        guard let text = section.text("address") else {
            self = usual
            return
        }
        if let address = ServiceAddress(text, port: port) {
            self = address
        } else {
            // It may hold a password, which nobody shall read in a log.
            let shown = text.contains("@") ? "a user or a password in the address" : "\"\(text)\""
            section.report("address", found: shown, write: "\(usual), or the path of a unix socket")
            self = usual
        }
    }
}

extension ServiceAddress: CustomStringConvertible {
    public var description: String {
        switch self {
        case .internet(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .local(let path): path
        }
    }
}
