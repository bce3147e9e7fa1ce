import MailClient
import PostwatchModel
import PostwatchRuntime

/// The way into a mailbox.
public struct IMAPAccess: Hashable, Sendable {
    public var server: Endpoint
    public var tls: TLSMode
    public var tlsSettings: TLSSettings
    /// `nil`: only greeting and capabilities are asked for.
    public var account: MailAccount?
    /// Default: PLAIN where the server says that it takes it, otherwise LOGIN.
    public var authentication: IMAPAuthentication?
    /// Default: `INBOX`.
    public var folder: String

    public init(
        server: Endpoint, tls: TLSMode = .implicit, tlsSettings: TLSSettings = TLSSettings(), account: MailAccount? = nil,
        authentication: IMAPAuthentication? = nil, folder: String = "INBOX"
    ) {
        self.server = server
        self.tls = tls
        self.tlsSettings = tlsSettings
        self.account = account
        self.authentication = authentication
        self.folder = folder
    }
}

extension IMAPAccess {
    /// Reads a section `imap`; `nil` without a server, which is noted.
    init?(_ section: ConfigurationSection) {
        let tls = section.tlsMode(default: .implicit)
        _ = section.requiredText("server", like: "imap.example.test:993")
        let server = Endpoint("server", of: section, defaultPort: tls == .implicit ? 993 : 143, like: "imap.example.test:993")
        let settings = section.tlsSettings()
        let account = MailAccount(section)
        let authentication = section.choice("auth", of: IMAPAuthentication.self)
        let folder = section.text("folder") ?? "INBOX"
        section.refuseOpportunisticLogin(tls, account)
        guard let server else { return nil }
        self.init(server: server, tls: tls, tlsSettings: settings, account: account, authentication: authentication, folder: folder)
    }
}
