/// What a server is to a journey.
enum ServerRole: String, CaseIterable, Sendable {
    case imap
    case pop3
    case sieve
    /// Takes mail, from outside or from users.
    case smtp
    /// Takes mail from users, where a journey has another server for mail from outside.
    case submission
    case web
    case dns
    /// Any server, of which only the port counts.
    case port
}
