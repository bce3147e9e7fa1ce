/// A certificate as far as DANE looks at it.
public struct IdentityCertificate: Hashable, Sendable {
    /// The whole certificate, DER.
    public let bytes: [UInt8]
    /// Its SubjectPublicKeyInfo, DER.
    public let publicKey: [UInt8]

    public init(bytes: [UInt8], publicKey: [UInt8]) {
        self.bytes = bytes
        self.publicKey = publicKey
    }
}
