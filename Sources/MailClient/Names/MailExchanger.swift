/// A host that takes mail for a domain. Source: RFC 5321, section 5.1.
public struct MailExchanger: Hashable, Sendable {
    public let host: String
    /// The lower, the sooner it is tried.
    public let preference: Int

    public init(host: String, preference: Int) {
        self.host = host
        self.preference = preference
    }
}
