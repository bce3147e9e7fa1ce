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
    /// A message that takes longer counts as late. Default: 30 s.
    public var lateAfter: Duration
    /// A message that was not there when the mailbox was looked at after that counts as lost. Default: 15 min.
    public var lostAfter: Duration
    /// Where else in the mailbox messages may end.
    public var folders: ProbeFolders
    /// The mailbox of the sender, where messages come that say what could not be delivered. It must have an account. Default: the mailbox
    /// itself where sender and recipient are one, else none.
    public var bounces: IMAPAccess?

    public init(
        exchange: SMTPAccess, to recipient: String, mailbox: IMAPAccess, account: MailAccount, lateAfter: Duration = .seconds(30),
        lostAfter: Duration = .seconds(900), folders: ProbeFolders = ProbeFolders(), bounces: IMAPAccess? = nil
    ) {
        self.exchange = exchange
        self.recipient = recipient
        self.mailbox = mailbox
        self.account = account
        self.lateAfter = lateAfter
        self.lostAfter = lostAfter
        self.folders = folders
        self.bounces = bounces
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
        let folders = ProbeFolders(section)
        let bounces = section.section("bounces", IMAPAccess.init) ?? nil
        if bounces != nil && bounces?.account == nil {
            section.report("bounces", found: "no account", write: "the way into the sender's mailbox, with username and password_file")
        } else if bounces != nil && exchange?.from.isEmpty == true {
            section.report(
                "bounces", found: "messages without a sender", write: "from: in the smtp section, since nothing comes back without")
        }
        guard let exchange, let recipient = exchange.to, let mailbox, let account = mailbox.account else { return nil }
        self.init(
            exchange: exchange, to: recipient, mailbox: mailbox, account: account, lateAfter: lateAfter, lostAfter: lostAfter,
            folders: folders,
            bounces: bounces)
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        try InboundJourney(setting: setting, task: self)
    }
}
