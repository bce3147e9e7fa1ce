import MailClient
import PostwatchModel
import PostwatchRuntime

/// A server whose certificate must be worth something.
public struct TLSAccess: Hashable, Sendable {
    public var server: Endpoint
    /// The one of the server's addresses to go to, instead of the first that answers. Certificates are still for its name.
    public var address: String?
    /// How the connection comes to be encrypted. Default: from the first byte on.
    public var mailProtocol: MailProtocol
    public var tlsSettings: TLSSettings

    public init(server: Endpoint, mailProtocol: MailProtocol = .tls, tlsSettings: TLSSettings = TLSSettings()) {
        self.server = server
        self.mailProtocol = mailProtocol
        self.tlsSettings = tlsSettings
    }

    /// The name that the certificate must be for.
    var serverName: String { tlsSettings.serverName ?? server.host }
}

extension TLSAccess {
    /// As sentences name it.
    var place: String { server.place(at: address) }

    /// Reads a section `tls`; `nil` without a server, which is noted.
    init?(_ section: ConfigurationSection) {
        let mailProtocol = section.choice("protocol", of: MailProtocol.self) ?? .tls
        _ = section.requiredText("server", like: "imap.example.test:993")
        let server = Endpoint("server", of: section, defaultPort: mailProtocol.usualPort, like: "imap.example.test:993")
        let settings = section.tlsSettings()
        let address = section.serverAddress()
        guard let server else { return nil }
        self.init(server: server, mailProtocol: mailProtocol, tlsSettings: settings)
        self.address = address
    }
}
