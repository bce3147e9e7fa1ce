import PostwatchModel
import PostwatchRuntime

/// A question to one name server.
public struct DNSTask: JourneyTask {
    public static let kind = "dns"

    public static func matrixSections(of journey: ConfigurationNode) -> MatrixSections {
        MatrixSections(server: kind, naming: .address, account: nil)
    }

    public var question: DNSAccess

    public init(_ question: DNSAccess) {
        self.question = question
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        guard section.has("dns") else {
            section.report("dns", found: "nothing", write: "a dns section with server and name")
            return nil
        }
        guard let question = section.section("dns", DNSAccess.init) ?? nil else { return nil }
        self.question = question
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        DNSJourney(setting: setting, question: question, server: setting.resolver(asking: [question.server]))
    }
}
