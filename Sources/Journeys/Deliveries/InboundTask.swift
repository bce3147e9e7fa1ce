import PostwatchModel
import PostwatchRuntime

/// A message from outside into a mailbox.
public struct InboundTask: JourneyTask {
    public static let kind = "inbound"
    public static let defaultTimeout = Duration.seconds(60)

    public static func matrixSections(of journey: ConfigurationNode) -> MatrixSections {
        MatrixSections(server: "smtp", account: "imap", logins: ["imap"], envelope: "smtp", takesExchangers: true)
    }

    /// With sender and recipient. Without a server: the mail exchangers of the recipient's domain.
    public var exchange: SMTPAccess
    public var recipient: String
    public var mailbox: IMAPAccess
    public var account: MailAccount
    public var patience: DeliveryPatience
    /// Where else in the mailbox messages may end.
    public var folders: ProbeFolders
    /// The mailbox of the sender, where messages come that say what could not be delivered. It must have an account. Default: the mailbox
    /// itself where sender and recipient are one, else none.
    public var bounces: IMAPAccess?

    public init(
        exchange: SMTPAccess, to recipient: String, mailbox: IMAPAccess, account: MailAccount,
        patience: DeliveryPatience = DeliveryPatience(), folders: ProbeFolders = ProbeFolders(), bounces: IMAPAccess? = nil
    ) {
        self.exchange = exchange
        self.recipient = recipient
        self.mailbox = mailbox
        self.account = account
        self.patience = patience
        self.folders = folders
        self.bounces = bounces
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        let patience = DeliveryPatience(section, timeout: timeout)
        let exchange = section.section("smtp", SMTPAccess.init)
        if exchange?.to == nil {
            section.report("smtp", found: "no recipient", write: "an smtp section with to: probe@example.test")
        }
        let mailbox = IMAPAccess.signedIn(section)
        let folders = ProbeFolders(section)
        let bounces = section.section("bounces", IMAPAccess.init) ?? nil
        if bounces != nil && bounces?.account == nil {
            section.report("bounces", found: "no account", write: "the way into the sender's mailbox, with username and password_file")
        } else if bounces != nil && exchange?.from.isEmpty == true {
            section.report(
                "bounces", found: "messages without a sender", write: "from: in the smtp section, since nothing comes back without")
        }
        guard let exchange, let recipient = exchange.to, let mailbox else { return nil }
        self.init(
            exchange: exchange, to: recipient, mailbox: mailbox.access, account: mailbox.account, patience: patience, folders: folders,
            bounces: bounces)
    }

    public var accounts: [AccountNeed] {
        var needs = [AccountNeed.submission(by: exchange)].compactMap(\.self) + [.arrivals(at: mailbox, account, others: folders)]
        if let bounces, let account = bounces.account {
            let use = AccountNeed.MailboxUse(writes: [bounces.folder], needsUIDPLUS: true)
            needs.append(
                AccountNeed(.mailbox(bounces, use), account, purpose: "reads and removes reports on its own messages in \(bounces.folder)"))
        }
        return needs
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        try DeliveryJourney(
            setting: setting,
            delivery: Delivery(
                exchange: try ExchangeRoute(exchange), recipient: recipient, destination: .mailbox(try MailboxRoute(mailbox), account),
                patience: patience, folders: folders, bounces: bounces))
    }
}
