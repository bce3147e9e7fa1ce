import PostwatchModel
import PostwatchRuntime

/// A message from outside into a mailbox.
public struct InboundTask: JourneyTask {
    public static let kind = "inbound"
    public static let defaultTimeout = Duration.seconds(60)

    /// With sender and recipient. Without a server: the mail exchangers of the recipient's domain.
    public var exchange: SMTPAccess
    public var recipient: String
    public var mailbox: IMAPAccess
    public var account: MailAccount
    public var patience: DeliveryPatience

    public init(
        exchange: SMTPAccess, to recipient: String, mailbox: IMAPAccess, account: MailAccount,
        patience: DeliveryPatience = DeliveryPatience()
    ) {
        self.exchange = exchange
        self.recipient = recipient
        self.mailbox = mailbox
        self.account = account
        self.patience = patience
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        let patience = DeliveryPatience(section, timeout: timeout)
        let exchange = section.section("smtp", SMTPAccess.init)
        if exchange?.to == nil {
            section.report("smtp", found: "no recipient", write: "an smtp section with to: probe@example.test")
        }
        let mailbox = IMAPAccess.signedIn(section)
        guard let exchange, let recipient = exchange.to, let mailbox else { return nil }
        self.init(exchange: exchange, to: recipient, mailbox: mailbox.access, account: mailbox.account, patience: patience)
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        DeliveryJourney(
            setting: setting,
            delivery: Delivery(
                exchange: try ExchangeRoute(exchange), recipient: recipient, destination: .mailbox(try MailboxRoute(mailbox), account),
                patience: patience))
    }
}
