import MailClient
import PostwatchModel
import PostwatchRuntime

/// Sign in by ManageSieve, list the scripts, put one, and see that it files a message.
public struct SieveTask: JourneyTask {
    public static let kind = "sieve"
    public static let defaultTimeout = Duration.seconds(60)

    public static func matrixSections(of journey: ConfigurationNode) -> MatrixSections {
        MatrixSections(server: kind, account: kind, logins: [kind], envelope: "smtp")
    }

    /// How a message gets to the account, and how it is found there.
    public struct Delivery: Hashable, Sendable {
        public var exchange: SMTPAccess
        public var recipient: String
        public var mailbox: IMAPAccess

        public init(exchange: SMTPAccess, to recipient: String, mailbox: IMAPAccess) {
            self.exchange = exchange
            self.recipient = recipient
            self.mailbox = mailbox
        }
    }

    public var access: SieveAccess
    /// `nil`: the script is put, and nothing is sent.
    public var delivery: Delivery?

    public init(_ access: SieveAccess, delivery: Delivery? = nil) {
        self.access = access
        self.delivery = delivery
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        guard section.has("sieve") else {
            section.report("sieve", found: "nothing", write: "the sieve section that says which server to ask")
            return nil
        }
        let access = section.section("sieve", SieveAccess.init) ?? nil
        let exchange = section.section("smtp", SMTPAccess.init)
        let mailbox = section.section("imap", IMAPAccess.init) ?? nil
        if section.has("smtp") != section.has("imap") {
            section.report(
                section.has("smtp") ? "imap" : "smtp", found: "nothing",
                write: "both smtp and imap, so that a message can be sent and found, or neither")
        }
        if let exchange, exchange.to == nil { section.report("smtp", found: "no recipient", write: "to: the address of the account") }
        guard let access else { return nil }
        self.access = access
        if let exchange, let recipient = exchange.to, let mailbox {
            delivery = Delivery(exchange: exchange, to: recipient, mailbox: mailbox)
        }
    }

    public var accounts: [AccountNeed] {
        let script = AccountNeed(.sieve(access), access.account, purpose: "keeps the script \(access.script)")
        guard let delivery else { return [script] }
        return [script] + [AccountNeed.submission(by: delivery.exchange)].compactMap(\.self)
            + [.arrivals(at: delivery.mailbox, delivery.mailbox.account ?? access.account)]
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        SieveJourney(
            setting: setting, access: access, tls: try TLSClient(for: access.tls, access.tlsSettings),
            filing: try delivery.map { try SieveFiling($0, of: access, in: setting) })
    }
}
