/// What a server showed when a connection was encrypted.
public struct ShownChain: Hashable, Sendable {
    /// The server's own certificate first, never empty.
    public let certificates: [ShownCertificate]
    /// `TLS 1.3`.
    public let version: String

    /// When the first of the certificates ends, in seconds since 1970.
    public var earliestExpiry: Int64 { certificates.reduce(.max) { min($0, $1.notAfter) } }
}
