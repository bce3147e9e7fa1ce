import PostwatchModel
import PostwatchRuntime

/// Find the user's calendar, put an event, read it, find it, see it as a second client, delete it.
public struct CalDAVTask: JourneyTask {
    public static let kind = "caldav"
    public static let defaultTimeout = Duration.seconds(30)

    public static func matrixSections(of journey: ConfigurationNode) -> MatrixSections {
        MatrixSections(server: kind, naming: .url, account: kind, logins: [kind])
    }

    public var access: DAVAccess

    public init(_ access: DAVAccess) {
        self.access = access
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        guard section.has("caldav") else {
            section.report("caldav", found: "nothing", write: "the caldav section that says which server to ask")
            return nil
        }
        guard let access = section.section("caldav", DAVAccess.init) ?? nil else { return nil }
        self.access = access
    }

    public var accounts: [AccountNeed] {
        let calendar = access.collection ?? "its first calendar"
        return [AccountNeed(.calendar(access), access.account, purpose: "puts and removes its own events in \(calendar)")]
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        DAVJourney(
            setting: setting, service: .calendar, access: access,
            route: try HTTPRoute(to: access.url, by: access.destination, access.tlsSettings))
    }
}
