import PostwatchModel
import PostwatchRuntime

/// A message from outside into a mailbox.
public struct InboundTask: JourneyTask {
    public static let kind = "inbound"
    public static let defaultTimeout = Duration.seconds(60)
    public static let serverSection = "smtp"
    public static let accountSection = "imap"

    /// With sender and recipient. Without a server: the mail exchangers of the recipient's domain.
    public var exchange: SMTPAccess
    public var recipient: String
    public var mailbox: IMAPAccess
    public var account: MailAccount
    /// A message that takes longer counts as late. Default: 30 s.
    public var lateAfter: Duration
    /// A message that takes longer counts as lost. Default: 15 min.
    public var lostAfter: Duration

    public init(
        exchange: SMTPAccess, to recipient: String, mailbox: IMAPAccess, account: MailAccount, lateAfter: Duration = .seconds(30),
        lostAfter: Duration = .seconds(900)
    ) {
        self.exchange = exchange
        self.recipient = recipient
        self.mailbox = mailbox
        self.account = account
        self.lateAfter = lateAfter
        self.lostAfter = lostAfter
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        let lateAfter = section.duration("late_after", default: .seconds(30), atLeast: .milliseconds(1))
        let lostAfter = section.duration("lost_after", default: .seconds(900), atLeast: .seconds(1))
        let floor = max(timeout, lateAfter)
        if lostAfter < floor {
            let name = floor == timeout ? "timeout" : "late_after"
            section.report("lost_after", found: lostAfter.prometheusText, write: "a duration not below \(name)")
        }
        let exchange = section.section("smtp", SMTPAccess.init)
        if exchange?.to == nil {
            section.report("smtp", found: "no recipient", write: "an smtp section with to: probe@example.test")
        }
        let mailbox = section.section("imap", IMAPAccess.init) ?? nil
        if !section.has("imap") || mailbox != nil && mailbox?.account == nil {
            section.report("imap", found: "no account", write: "an imap section with username and password_file")
        }
        guard let exchange, let recipient = exchange.to, let mailbox, let account = mailbox.account else { return nil }
        self.init(exchange: exchange, to: recipient, mailbox: mailbox, account: account, lateAfter: lateAfter, lostAfter: lostAfter)
    }

    public var accounts: [AccountNeed] { [AccountNeed(mailbox: mailbox, account: account, removesMessages: true)] }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        InboundJourney(setting: setting, task: self, exchange: try ExchangeRoute(exchange), mailbox: try MailboxRoute(mailbox))
    }
}
