import MailClient

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
