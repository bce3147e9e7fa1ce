import Foundation

/// Where the server listens. Without users configured that may only be loopback: whoever reaches the port may read everything.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    public static let `default` = ListenAddress(host: "127.0.0.1", port: 9460)

    public let host: String
    public let port: Int

    private init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, `[::1]:9460` or `localhost:9460`; port 0 lets the system choose. Throws `Fault`.
    public init(_ text: String) throws(Fault) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port) else {
            throw .malformed(text)
        }
        let bracketed = text[..<colon]
        let host = bracketed.hasPrefix("[") && bracketed.hasSuffix("]") ? String(bracketed.dropFirst().dropLast()) : String(bracketed)
        guard !host.isEmpty else { throw .notLoopback(text) }
        guard Self.isLoopback(host) else { throw .notLoopback(text) }
        self.init(host: host, port: port)
    }

    /// The address in a URL.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    public enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        case malformed(String)
        case notLoopback(String)
        case inUse(String)

        public var description: String {
            switch self {
            case .malformed(let text):
                "cannot listen on \"\(text)\": write HOST:PORT, such as 127.0.0.1:9460"
            case .inUse(let text):
                "cannot listen on \(text): another program does; stop it, or choose another --listen"
            case .notLoopback(let text):
                "will not listen on \"\(text)\": no users are configured, so everybody who reaches that address could read and change "
                    + "everything. Listen on 127.0.0.1, [::1] or localhost, and put a proxy with authentication in front for others"
            }
        }
    }

    // MARK: - Private

    private static func isLoopback(_ host: String) -> Bool {
        var address = in_addr()
        if inet_pton(AF_INET, host, &address) == 1 { return UInt32(bigEndian: address.s_addr) >> 24 == 127 }
        return host == "localhost" || host == "::1"
    }
}
