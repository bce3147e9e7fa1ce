import MailClient
import PostwatchModel
import PostwatchRuntime

/// Sign in by POP3, list, look into the newest message, read it. Nothing is deleted. Without an account: greeting and capabilities.
public struct POP3Task: JourneyTask {
    public static let kind = "pop3"

    public var access: POP3Access

    public init(_ access: POP3Access) {
        self.access = access
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        guard section.has("pop3") else {
            section.report("pop3", found: "nothing", write: "the pop3 section that says which server to ask")
            return nil
        }
        guard let access = section.section("pop3", POP3Access.init) ?? nil else { return nil }
        self.access = access
    }

    public var accounts: [AccountNeed] {
        access.account.map { [AccountNeed(.pop3(access), $0, purpose: "lists and reads")] } ?? []
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        POP3Journey(setting: setting, access: access, tls: try TLSClient(for: access.tls, access.tlsSettings))
    }
}
