import MailClient

/// A message's way: where it is handed over, and where it is awaited. With everything prepared that does not change from run to run.
struct Delivery: Sendable {
    enum Destination: Sendable {
        case mailbox(MailboxRoute, MailAccount)
        case receiver(MailReceiver)
    }

    let exchange: ExchangeRoute
    let recipient: String
    let destination: Destination
    /// By what the message is known when it comes.
    var trace = ProbeTrace.signedHeader
    let patience: DeliveryPatience
    /// Where else in the mailbox messages may end.
    var folders = ProbeFolders()
    /// The mailbox of the sender, where servers report what they could not deliver; it has an account.
    var bounces: IMAPAccess?
}
