import MailClient

/// The way to a server that takes mail.
public struct SMTPAccess: Hashable, Sendable {
    /// `nil`: the mail exchangers of the recipient's domain.
    public var server: Endpoint?
    /// Default: `opportunistic`.
    public var tls: TLSMode
    public var tlsSettings: TLSSettings
    /// What EHLO says. Default: `postwatch.invalid`.
    public var hello: String
    /// The envelope's sender; empty for the null sender.
    public var from: String
    public var to: String?
    /// The local address to speak from.
    public var sourceAddress: String?

    public init(
        server: Endpoint? = nil, tls: TLSMode = .opportunistic, tlsSettings: TLSSettings = TLSSettings(),
        hello: String = "postwatch.invalid", from: String = "", to: String? = nil, sourceAddress: String? = nil
    ) {
        self.server = server
        self.tls = tls
        self.tlsSettings = tlsSettings
        self.hello = hello
        self.from = from
        self.to = to
        self.sourceAddress = sourceAddress
    }
}
