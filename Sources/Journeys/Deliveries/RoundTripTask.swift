import PostwatchModel
import PostwatchRuntime

/// A message of a user to the outside and back: to an address that answers, or sends it on to the user's own mailbox.
public struct RoundTripTask: JourneyTask {
    public static let kind = "round-trip"
    public static let defaultTimeout = Duration.seconds(120)

    public static func matrixSections(of journey: ConfigurationNode) -> MatrixSections {
        MatrixSections(server: "smtp", account: "imap", logins: ["smtp", "imap"], envelope: "smtp")
    }

    /// How the message comes back.
    public enum Return: String, Hashable, Sendable, CaseIterable {
        /// A responder writes an answer. Source: RFC 3834.
        case autoReply = "auto-reply"
        /// A remote server sends the message itself on.
        case relay
    }

    /// With server, sender and recipient.
    public var exchange: SMTPAccess
    public var recipient: String
    /// The sender's own.
    public var mailbox: IMAPAccess
    public var account: MailAccount
    /// Default: `auto-reply`.
    public var returnedBy: Return
    public var patience: DeliveryPatience

    public init(
        exchange: SMTPAccess, to recipient: String, mailbox: IMAPAccess, account: MailAccount, returnedBy: Return = .autoReply,
        patience: DeliveryPatience = DeliveryPatience()
    ) {
        self.exchange = exchange
        self.recipient = recipient
        self.mailbox = mailbox
        self.account = account
        self.returnedBy = returnedBy
        self.patience = patience
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        let patience = DeliveryPatience(section, timeout: timeout)
        let returnedBy = section.choice("returned_by", of: Return.self) ?? .autoReply
        let exchange = SMTPAccess(submissionOf: section, to: "echo@outside.example")
        if let exchange, exchange.from.isEmpty {
            section.report("smtp", found: "no sender", write: "from: the address whose mailbox the imap section names")
        }
        let mailbox = IMAPAccess.signedIn(section)
        guard let exchange, let recipient = exchange.to, !exchange.from.isEmpty, let mailbox else { return nil }
        self.init(
            exchange: exchange, to: recipient, mailbox: mailbox.access, account: mailbox.account, returnedBy: returnedBy,
            patience: patience)
    }

    public var accounts: [AccountNeed] {
        [AccountNeed.submission(by: exchange)].compactMap(\.self) + [.arrivals(at: mailbox, account)]
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        try DeliveryJourney(
            setting: setting,
            delivery: Delivery(
                exchange: try ExchangeRoute(exchange), recipient: recipient, destination: .mailbox(try MailboxRoute(mailbox), account),
                trace: returnedBy == .relay ? .signedHeader : .answer, patience: patience))
    }
}
