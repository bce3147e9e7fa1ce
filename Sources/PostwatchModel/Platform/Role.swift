/// What a component does for the platform.
public enum Role: String, Hashable, Sendable, CaseIterable, Codable {
    case mx, router, submission, outbound, mailstore
    case imapProxy = "imap-proxy"
    case webmail, admin, calendar, contacts, database, cache, dns, filter
}
