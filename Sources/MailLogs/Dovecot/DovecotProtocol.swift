/// The protocols that people sign in to, or that bring mail.
enum DovecotProtocol: UInt8, LabelValue {
    case imap, pop3, managesieve, submission, lmtp, lda, other
    var label: String { "\(self)" }

    /// Of the name of a service, such as `imap-login`.
    init(service: LogBytes) {
        if service.hasPrefix("imap") {
            self = .imap
        } else if service.hasPrefix("pop3") {
            self = .pop3
        } else if service.hasPrefix("managesieve") || service.hasPrefix("sieve") {
            self = .managesieve
        } else if service.hasPrefix("submission") {
            self = .submission
        } else if service.hasPrefix("lmtp") {
            self = .lmtp
        } else if service.hasPrefix("lda") || service.hasPrefix("deliver") {
            self = .lda
        } else {
            self = .other
        }
    }

    /// Those that people sign in to.
    static let signedInTo: [DovecotProtocol] = [.imap, .pop3, .managesieve, .submission, .other]
}
