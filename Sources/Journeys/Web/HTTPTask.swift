import MailClient
import PostwatchModel
import PostwatchRuntime

/// One question to a web server.
public struct HTTPTask: JourneyTask {
    public static let kind = "http"

    public static func matrixSections(of journey: ConfigurationNode) -> MatrixSections {
        MatrixSections(server: kind, naming: .url, account: kind, logins: [kind])
    }

    public var access: HTTPAccess

    public init(_ access: HTTPAccess) {
        self.access = access
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        guard section.has("http") else {
            section.report("http", found: "nothing", write: "an http section with the url to ask for")
            return nil
        }
        guard let access = section.section("http", HTTPAccess.init) ?? nil else { return nil }
        self.access = access
    }

    public var accounts: [AccountNeed] {
        access.account.map { [AccountNeed(.web(access), $0, purpose: "asks for \(access.url)")] } ?? []
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        let limits = HTTPLimits(body: access.bodyLimit)
        return HTTPJourney(
            setting: setting, access: access,
            route: try HTTPRoute(to: access.url, by: access.destination, access.tlsSettings, limits: limits))
    }
}
