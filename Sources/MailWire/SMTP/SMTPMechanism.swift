/// How a client proves to an SMTP server who it is.
public enum SMTPMechanism: String, Hashable, Sendable, CaseIterable {
    /// User and password in one piece. Source: RFC 4616.
    case plain
    /// User and password one after the other. Source: draft-murchison-sasl-login, which never became an RFC; widely spoken.
    case login
    /// An access token instead of the password. Source: Google's and Microsoft's description of SASL XOAUTH2.
    case xoauth2

    /// `PLAIN`, as servers list it.
    public var name: String { rawValue.uppercased() }
}
