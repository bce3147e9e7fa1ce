import PostwatchModel
import PostwatchRuntime

/// A message of a user to the outside: handed in at a submission server, seen at the far end.
public struct OutboundTask: JourneyTask {
    public static let kind = "outbound"
    public static let defaultTimeout = Duration.seconds(60)

    public static func matrixSections(of journey: ConfigurationNode) -> MatrixSections {
        MatrixSections(server: "smtp", account: "smtp", logins: ["smtp"], envelope: "smtp")
    }

    /// The far end.
    public enum Destination: Hashable, Sendable {
        /// A mailbox somewhere else.
        case mailbox(IMAPAccess, MailAccount)
        /// This process itself, which the recipient's MX record must name.
        case receiver(ReceiverAccess)
    }

    /// With server and recipient.
    public var exchange: SMTPAccess
    public var recipient: String
    public var destination: Destination
    public var patience: DeliveryPatience

    public init(exchange: SMTPAccess, to recipient: String, destination: Destination, patience: DeliveryPatience = DeliveryPatience()) {
        self.exchange = exchange
        self.recipient = recipient
        self.destination = destination
        self.patience = patience
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        let patience = DeliveryPatience(section, timeout: timeout)
        let exchange = SMTPAccess(submissionOf: section, to: "probe@outside.example")
        let destination = Self.destination(section)
        guard let exchange, let recipient = exchange.to, let destination else { return nil }
        self.init(exchange: exchange, to: recipient, destination: destination, patience: patience)
    }

    public var accounts: [AccountNeed] {
        let submission = [AccountNeed.submission(by: exchange)].compactMap(\.self)
        guard case .mailbox(let mailbox, let account) = destination else { return submission }
        return submission + [.arrivals(at: mailbox, account)]
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        let place: Delivery.Destination =
            switch destination {
            case .mailbox(let mailbox, let account): .mailbox(try MailboxRoute(mailbox), account)
            case .receiver(let access): .receiver(try setting.receivers.receiver(access, group: setting.group))
            }
        return try DeliveryJourney(
            setting: setting,
            delivery: Delivery(exchange: try ExchangeRoute(exchange), recipient: recipient, destination: place, patience: patience))
    }

    // MARK: - Private

    private static func destination(_ section: ConfigurationSection) -> Destination? {
        switch (section.has("imap"), section.has("receiver")) {
        case (true, false): return IMAPAccess.signedIn(section).map { .mailbox($0, $1) }
        case (false, true): return (section.section("receiver", ReceiverAccess.init) ?? nil).map { .receiver($0) }
        case (true, true):
            _ = (section.section("imap", IMAPAccess.init), section.section("receiver", ReceiverAccess.init))
            section.report("receiver", found: "a second far end", write: "only one of imap and receiver")
            return nil
        case (false, false):
            section.report("imap", found: "no far end", write: "an imap section with the recipient's mailbox, or a receiver section")
            return nil
        }
    }
}
