import MailClient
import PostwatchModel
import PostwatchRuntime

/// The way into a mailbox.
public struct IMAPAccess: Hashable, Sendable {
    public var server: Endpoint
    /// The one of the server's addresses to go to, instead of the first that answers. Certificates are still for its name.
    public var address: String?
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
    /// As sentences name it.
    var place: String { server.place(at: address) }

    /// Reads a section `imap` that must have an account; `nil` without one, which is noted.
    static func signedIn(_ journey: ConfigurationSection) -> (access: IMAPAccess, account: MailAccount)? {
        let access = journey.section("imap", IMAPAccess.init) ?? nil
        if !journey.has("imap") || access != nil && access?.account == nil {
            journey.report("imap", found: "no account", write: "an imap section with username and password_file")
        }
        guard let access, let account = access.account else { return nil }
        return (access, account)
    }

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
        let address = section.serverAddress()
        guard let server else { return nil }
        self.init(server: server, tls: tls, tlsSettings: settings, account: account, authentication: authentication, folder: folder)
        self.address = address
    }
}
