import PostwatchModel
import PostwatchRuntime

/// A user's time at a webmail.
public struct WebmailTask: JourneyTask {
    public static let kind = "webmail"
    public static let defaultTimeout = Duration.seconds(30)

    public static func matrixSections(of journey: ConfigurationNode) -> MatrixSections {
        MatrixSections(server: kind, naming: .url, account: kind, logins: [kind])
    }

    public var access: WebmailAccess

    public init(_ access: WebmailAccess) {
        self.access = access
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        guard section.has("webmail") else {
            section.report("webmail", found: "nothing", write: "a webmail section with preset, url, username and password_file")
            return nil
        }
        guard let access = section.section("webmail", WebmailAccess.init) ?? nil else { return nil }
        self.access = access
    }

    public var accounts: [AccountNeed] {
        let purpose = access.recipient.map { "reads, and sends to \($0)" } ?? "reads"
        return [AccountNeed(.webmail(access), access.account, purpose: purpose)]
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        WebmailJourney(
            setting: setting, access: access, route: try HTTPRoute(to: access.url, by: access.destination, access.tlsSettings))
    }
}
