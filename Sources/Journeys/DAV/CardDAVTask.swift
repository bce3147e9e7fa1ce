import PostwatchModel
import PostwatchRuntime

/// Find the user's address book, put a contact, read it, find it, see it as a second client, delete it.
public struct CardDAVTask: JourneyTask {
    public static let kind = "carddav"
    public static let defaultTimeout = Duration.seconds(30)

    public static func matrixSections(of journey: ConfigurationNode) -> MatrixSections {
        MatrixSections(server: kind, naming: .url, account: kind, logins: [kind])
    }

    public var access: DAVAccess

    public init(_ access: DAVAccess) {
        self.access = access
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        guard section.has("carddav") else {
            section.report("carddav", found: "nothing", write: "the carddav section that says which server to ask")
            return nil
        }
        guard let access = section.section("carddav", DAVAccess.init) ?? nil else { return nil }
        self.access = access
    }

    public var accounts: [AccountNeed] {
        let book = access.collection ?? "its first address book"
        return [AccountNeed(.contacts(access), access.account, purpose: "puts and removes its own contacts in \(book)")]
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        DAVJourney(
            setting: setting, service: .contacts, access: access,
            route: try HTTPRoute(to: access.url, by: access.destination, access.tlsSettings))
    }
}
