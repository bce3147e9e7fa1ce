import MailWire

/// What name servers say of a name and a type of records.
public struct NameAnswer: Hashable, Sendable {
    /// Of the type that was asked for, in the server's order; those of the name that an alias stands for, if it is one.
    public let records: [DNSRecord]
    /// Whether the name is an alias (CNAME).
    public let isAlias: Bool
    /// Whether the name server has validated the answer by DNSSEC.
    public let isAuthenticated: Bool

    public init(records: [DNSRecord], isAlias: Bool = false, isAuthenticated: Bool = false) {
        self.records = records
        self.isAlias = isAlias
        self.isAuthenticated = isAuthenticated
    }

    init(_ message: DNSMessage, _ type: DNSType) {
        self.init(
            records: message.answers.filter { $0.type == type },
            isAlias: type != .cname && message.answers.contains { $0.type == .cname }, isAuthenticated: message.isAuthenticated)
    }
}
