import MailClient
import PostwatchModel
import PostwatchRuntime

/// The way to a ManageSieve server, and what is kept there.
public struct SieveAccess: Hashable, Sendable {
    public enum Authentication: String, Hashable, Sendable, CaseIterable {
        case plain
        /// The password is an access token.
        case xoauth2
    }

    public var server: Endpoint
    /// The one of the server's addresses to go to, instead of the first that answers. Certificates are still for its name.
    public var address: String?
    /// Default: `starttls`.
    public var tls: TLSMode
    public var tlsSettings: TLSSettings
    public var account: MailAccount
    /// Default: `plain`.
    public var authentication: Authentication
    /// The name of the script that the journey keeps in the account. Default: `postwatch`.
    public var script: String
    /// The folder into which the script files the journey's messages. Default: `Postwatch`.
    public var folder: String

    public init(
        server: Endpoint, tls: TLSMode = .starttls, tlsSettings: TLSSettings = TLSSettings(), account: MailAccount,
        authentication: Authentication = .plain, script: String = "postwatch", folder: String = "Postwatch"
    ) {
        self.server = server
        self.tls = tls
        self.tlsSettings = tlsSettings
        self.account = account
        self.authentication = authentication
        self.script = script
        self.folder = folder
    }
}

extension SieveAccess {
    /// As sentences name it.
    var place: String { server.place(at: address) }

    /// Reads a section `sieve`; `nil` without a server or an account, which is noted.
    init?(_ section: ConfigurationSection) {
        let tls = section.tlsMode(default: .starttls)
        _ = section.requiredText("server", like: "sieve.example.test:4190")
        let server = Endpoint("server", of: section, defaultPort: 4190, like: "sieve.example.test:4190")
        let settings = section.tlsSettings()
        let account = MailAccount(section)
        if account == nil && !section.has("username") {
            section.report("username", found: "no account", write: "username and password_file of a probe's own account")
        }
        section.refuseOpportunisticLogin(tls, account)
        let authentication = section.choice("auth", of: Authentication.self) ?? .plain
        let script = Self.name("script", of: section, default: "postwatch")
        let folder = Self.name("folder", of: section, default: "Postwatch")
        let address = section.serverAddress()
        guard let server, let account else { return nil }
        self.init(
            server: server, tls: tls, tlsSettings: settings, account: account, authentication: authentication, script: script,
            folder: folder)
        self.address = address
    }

    // MARK: - Private

    private static func name(_ key: String, of section: ConfigurationSection, default fallback: String) -> String {
        guard let name = section.text(key) else { return fallback }
        if name.isEmpty || name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            section.report(key, found: "\"\(name)\"", write: "a name such as \(fallback)")
        }
        return name
    }
}
