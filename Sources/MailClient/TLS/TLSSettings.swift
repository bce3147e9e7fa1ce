/// Whom to trust behind an encrypted connection.
public struct TLSSettings: Hashable, Sendable {
    /// A PEM file with the roots to trust; the system's when `nil`.
    public var caFile: String?
    /// The name that the certificate must be for; the host that was asked for when `nil`.
    public var serverName: String?
    /// Takes any certificate.
    public var insecureSkipVerify: Bool

    public init(caFile: String? = nil, serverName: String? = nil, insecureSkipVerify: Bool = false) {
        self.caFile = caFile
        self.serverName = serverName
        self.insecureSkipVerify = insecureSkipVerify
    }
}
