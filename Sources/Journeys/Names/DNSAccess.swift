import MailClient
import PostwatchModel
import PostwatchRuntime

/// What a name server is asked.
public struct DNSAccess: Hashable, Sendable {
    public enum Record: String, Hashable, Sendable, CaseIterable {
        /// A and AAAA.
        case address
        case mx
    }

    /// The name server, by its address.
    public var server: Endpoint
    public var name: String
    /// Default: `address`.
    public var record: Record

    public init(server: Endpoint, name: String, record: Record = .address) {
        self.server = server
        self.name = name
        self.record = record
    }
}

extension DNSAccess {
    /// Reads a section `dns`; `nil` without a server or a name, which is noted.
    init?(_ section: ConfigurationSection) {
        _ = section.requiredText("server", like: "192.0.2.53:53")
        let server = Endpoint("server", of: section, defaultPort: 53, like: "192.0.2.53:53")
        let name = section.requiredText("name", like: "example.net")
        let record = section.choice("record", of: Record.self) ?? .address
        guard let server, !name.isEmpty else { return nil }
        self.init(server: server, name: name, record: record)
    }
}
