import MailClient
import PostwatchModel
import PostwatchRuntime

/// The way to a POP3 server.
public struct POP3Access: Hashable, Sendable {
    public enum Authentication: String, Hashable, Sendable, CaseIterable {
        /// USER and PASS.
        case login
        /// SASL PLAIN.
        case plain
        /// SASL XOAUTH2; the password is an access token.
        case xoauth2
    }

    public var server: Endpoint
    /// The one of the server's addresses to go to, instead of the first that answers. Certificates are still for its name.
    public var address: String?
    /// Default: `implicit`.
    public var tls: TLSMode
    public var tlsSettings: TLSSettings
    /// `nil`: only greeting and capabilities are asked for.
    public var account: MailAccount?
    /// Default: `login`.
    public var authentication: Authentication

    public init(
        server: Endpoint, tls: TLSMode = .implicit, tlsSettings: TLSSettings = TLSSettings(), account: MailAccount? = nil,
        authentication: Authentication = .login
    ) {
        self.server = server
        self.tls = tls
        self.tlsSettings = tlsSettings
        self.account = account
        self.authentication = authentication
    }
}

extension POP3Access {
    /// As sentences name it.
    var place: String { server.place(at: address) }

    /// Reads a section `pop3`; `nil` without a server, which is noted.
    init?(_ section: ConfigurationSection) {
        let tls = section.tlsMode(default: .implicit)
        _ = section.requiredText("server", like: "pop.example.test:995")
        let server = Endpoint("server", of: section, defaultPort: tls == .implicit ? 995 : 110, like: "pop.example.test:995")
        let settings = section.tlsSettings()
        let account = MailAccount(section)
        let authentication = section.choice("auth", of: Authentication.self) ?? .login
        section.refuseOpportunisticLogin(tls, account)
        let address = section.serverAddress()
        guard let server else { return nil }
        self.init(server: server, tls: tls, tlsSettings: settings, account: account, authentication: authentication)
        self.address = address
    }
}
