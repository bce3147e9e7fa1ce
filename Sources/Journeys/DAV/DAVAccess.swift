import MailClient
import MailWire
import PostwatchModel
import PostwatchRuntime

/// The way to a server of calendars or contacts.
public struct DAVAccess: Hashable, Sendable {
    /// Of the server, or of what lies below discovery; with no path discovery begins at `/.well-known/caldav` or `/.well-known/carddav`.
    public var url: HTTPURL
    /// Where connections go instead of where its name leads. Default: nowhere else.
    public var destination: WebDestination?
    public var tlsSettings: TLSSettings
    public var account: MailAccount
    /// The name or the address of the collection to work in. Default: the first that fits.
    public var collection: String?

    public init(url: HTTPURL, tlsSettings: TLSSettings = TLSSettings(), account: MailAccount, collection: String? = nil) {
        self.url = url
        self.tlsSettings = tlsSettings
        self.account = account
        self.collection = collection
    }
}

extension DAVAccess {
    /// Reads a section `caldav` or `carddav`; `nil` without an address or an account, which is noted.
    init?(_ section: ConfigurationSection) {
        let example = "https://dav.example.test"
        let text = section.requiredText("url", like: example)
        let url = HTTPURL(text)
        if url == nil && !text.isEmpty { section.report("url", found: "\"\(text)\"", write: "an address such as \(example)") }
        let settings = section.tlsSettings()
        let account = MailAccount(section)
        if account == nil && !section.has("username") {
            section.report("username", found: "no account", write: "username and password_file")
        }
        let collection = section.text("collection")
        let destination = WebDestination(section, instead: url)
        guard let url, let account else { return nil }
        self.init(url: url, tlsSettings: settings, account: account, collection: collection)
        self.destination = destination
    }
}
