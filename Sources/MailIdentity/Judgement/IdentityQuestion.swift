import MailWire

/// Something that must be known of the world before an identity can be judged.
public enum IdentityQuestion: Hashable, Sendable {
    /// The records of a name, of which none may be an answer.
    case records(name: String, type: DNSType)
    /// The text of the MTA-STS policy of a domain.
    case policy(domain: String)
    /// What a mail exchanger shows on port 25.
    case certificates(host: String)
}

/// What the world said.
public enum IdentityAnswer: Hashable, Sendable {
    /// - isAlias: the name is a CNAME; the records are those of its target.
    /// - isAuthenticated: the name server has validated the answer by DNSSEC.
    case records([DNSRecord], isAlias: Bool, isAuthenticated: Bool)
    case policy(String)
    /// The server's own first.
    case certificates([IdentityCertificate])
    /// There was no answer; why, as a clause.
    case failed(String)
}
