/// Whether a client would trust what a server showed.
public struct CertificateVerdict: Hashable, Sendable {
    /// Why not; empty when it would.
    public let faults: [CertificateFault]
    /// When the first certificate ends of the chain that trust rests on, in seconds since 1970; `nil` without trust.
    public let chainExpiry: Int64?

    public var isTrusted: Bool { faults.isEmpty }
}
