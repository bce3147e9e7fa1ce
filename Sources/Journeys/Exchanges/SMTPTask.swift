import PostwatchModel
import PostwatchRuntime

/// Greeting, EHLO and encryption of a node.
public struct SMTPTask: JourneyTask {
    public static let kind = "smtp"

    public static func matrixSections(of journey: ConfigurationNode) -> MatrixSections {
        MatrixSections(server: "smtp", account: "smtp", logins: ["smtp"], takesExchangers: true)
    }

    /// Must have a server.
    public var exchange: SMTPAccess

    public init(_ exchange: SMTPAccess) {
        self.exchange = exchange
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        guard let exchange = section.section("smtp", SMTPAccess.init), exchange.server != nil else {
            section.report("smtp", found: "no server", write: "an smtp section with a server such as mx-1.example.test:25")
            return nil
        }
        self.exchange = exchange
    }

    public var accounts: [AccountNeed] {
        [AccountNeed.submission(by: exchange)].compactMap(\.self)
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        SMTPJourney(setting: setting, route: try ExchangeRoute(exchange))
    }
}
