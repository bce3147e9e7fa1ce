import MailClient

/// The ways of a negative journey, with everything prepared that does not change from run to run.
struct NegativeRoutes: Sendable {
    let outside: ExchangeRoute?
    let submission: ExchangeRoute?
    /// To the same server, never encrypted.
    let plainSubmission: ExchangeRoute?
    let mailbox: MailboxRoute?

    init(_ task: NegativeTask) throws {
        outside = try task.outside.map { try ExchangeRoute($0.exchange) }
        submission = try task.submission.map { try ExchangeRoute($0) }
        plainSubmission = try task.submission.map { access in
            var plain = access
            plain.tls = .none
            // Whatever the server takes in the clear is too much.
            plain.mechanism = nil
            return try ExchangeRoute(plain)
        }
        mailbox = try task.mailbox.map { try MailboxRoute($0) }
    }
}
