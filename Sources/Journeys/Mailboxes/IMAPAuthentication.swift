/// How a journey signs in to an IMAP server.
public enum IMAPAuthentication: String, Hashable, Sendable, CaseIterable {
    /// The command LOGIN.
    case login
    /// AUTHENTICATE PLAIN.
    case plain
    /// AUTHENTICATE XOAUTH2; the password is an access token then.
    case xoauth2

    /// The capability by which a server offers it; `nil` for LOGIN, which is there unless LOGINDISABLED says otherwise.
    var capability: String? {
        switch self {
        case .login: nil
        case .plain: "AUTH=PLAIN"
        case .xoauth2: "AUTH=XOAUTH2"
        }
    }
}
