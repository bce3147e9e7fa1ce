import MailClient
import PostwatchRuntime

/// The way into a mailbox.
public struct IMAPAccess: Hashable, Sendable {
    public struct Account: Hashable, Sendable {
        public var username: String
        /// Read at each start of a run, so that a changed password counts at once.
        public var password: SecretSource

        public init(username: String, password: SecretSource) {
            self.username = username
            self.password = password
        }
    }

    public var server: Endpoint
    public var tls: TLSMode
    public var tlsSettings: TLSSettings
    /// `nil`: only greeting and capabilities are asked for.
    public var account: Account?
    /// Default: `INBOX`.
    public var folder: String

    public init(
        server: Endpoint, tls: TLSMode = .implicit, tlsSettings: TLSSettings = TLSSettings(), account: Account? = nil,
        folder: String = "INBOX"
    ) {
        self.server = server
        self.tls = tls
        self.tlsSettings = tlsSettings
        self.account = account
        self.folder = folder
    }
}
