import NIOSSL

/// One certificate as a server showed it, whatever it is worth.
public struct ShownCertificate: Hashable, Sendable {
    /// The whole certificate, DER.
    public let bytes: [UInt8]
    /// Its SubjectPublicKeyInfo, DER.
    public let publicKey: [UInt8]
    /// Seconds since 1970.
    public let notBefore: Int64
    /// Seconds since 1970.
    public let notAfter: Int64

    init(_ certificate: NIOSSLCertificate) throws {
        bytes = try certificate.toDERBytes()
        publicKey = try certificate.extractPublicKey().toSPKIBytes()
        notBefore = Int64(certificate.notValidBefore)
        notAfter = Int64(certificate.notValidAfter)
    }
}
