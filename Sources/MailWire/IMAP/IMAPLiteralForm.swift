/// How a client may send a literal. Source: RFC 3501, section 4.3; RFC 7888.
public enum IMAPLiteralForm: Hashable, Sendable {
    /// It waits for the server's invitation.
    case synchronising
    /// Without waiting up to 4096 bytes: LITERAL-.
    case shortAtOnce
    /// Without waiting: LITERAL+.
    case atOnce

    /// What a server that can do this takes. Names in capitals.
    public init(_ capabilities: Set<String>) {
        switch (capabilities.contains("LITERAL+"), capabilities.contains("LITERAL-") || capabilities.contains("IMAP4REV2")) {
        case (true, _): self = .atOnce
        case (false, true): self = .shortAtOnce
        case (false, false): self = .synchronising
        }
    }

    func isAtOnce(_ size: Int) -> Bool {
        switch self {
        case .synchronising: false
        case .shortAtOnce: size <= 4096
        case .atOnce: true
        }
    }
}
