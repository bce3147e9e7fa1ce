/// Where a server listens.
public struct Endpoint: Hashable, Sendable {
    /// A host name or an address, without brackets.
    public let host: String
    /// 1…65535.
    public let port: Int

    /// Trusts the caller to give a port from 1 to 65535.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `imap.example.test:993`, `192.0.2.1:25` or `[2001:db8::1]:25`. Without a port `defaultPort` counts; `nil` when the text is
    /// none of these, or has no port and there is no default.
    public init?(_ text: String, defaultPort: Int? = nil) {
        let host: Substring
        let rest: Substring
        if text.hasPrefix("["), let bracket = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<bracket]
            rest = text[text.index(after: bracket)...]
        } else {
            host = text.prefix { $0 != ":" }
            rest = text.dropFirst(host.count)
        }
        guard !host.isEmpty, !host.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0 == "/" || $0 == "@" }) else {
            return nil
        }
        guard !rest.isEmpty else {
            guard let defaultPort else { return nil }
            self.init(host: String(host), port: defaultPort)
            return
        }
        guard rest.first == ":", let port = Int(rest.dropFirst()), (1...65_535).contains(port) else { return nil }
        self.init(host: String(host), port: port)
    }
}

extension Endpoint: CustomStringConvertible {
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
