import Crypto
import SwiftASN1
import X509

/// What a certificate says of itself, as text.
public struct CertificateDetails: Hashable, Sendable {
    /// SHA-256 over the whole certificate, small hexadecimal digits.
    public let fingerprint: String
    /// As RFC 4514 writes names: `CN=mx1.example.net`. Empty when the certificate cannot be read.
    public let subject: String
    public let issuer: String
    /// The DNS names, in the order of the certificate.
    public let names: [String]
    /// Small hexadecimal digits.
    public let serialNumber: String

    public init(_ certificate: ShownCertificate) {
        fingerprint = Self.hex(SHA256.hash(data: certificate.bytes))
        let parsed = try? Certificate(derEncoded: certificate.bytes)
        subject = parsed?.subject.description ?? ""
        issuer = parsed?.issuer.description ?? ""
        serialNumber = Self.hex(parsed?.serialNumber.bytes.drop { $0 == 0 } ?? [])
        names =
            ((try? parsed?.extensions.subjectAlternativeNames) ?? nil).map { Array($0) }?.compactMap { name in
                if case .dnsName(let text) = name { return text }
                return nil
            } ?? []
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
