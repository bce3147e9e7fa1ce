import PostwatchModel
import PostwatchRuntime

/// Sign in, look into a folder, read. Without an account: greeting and capabilities of a node.
public struct IMAPTask: JourneyTask {
    public static let kind = "imap"

    public var mailbox: IMAPAccess

    public init(_ mailbox: IMAPAccess) {
        self.mailbox = mailbox
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        guard section.has("imap") else {
            section.report("imap", found: "nothing", write: "the imap section that says which server to ask")
            return nil
        }
        guard let mailbox = section.section("imap", IMAPAccess.init) ?? nil else { return nil }
        self.mailbox = mailbox
    }

    public var accounts: [AccountNeed] {
        mailbox.account.map { [AccountNeed(mailbox: mailbox, account: $0, removesMessages: false)] } ?? []
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        IMAPJourney(setting: setting, route: try MailboxRoute(mailbox))
    }
}
