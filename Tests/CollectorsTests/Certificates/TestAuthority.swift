import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import TestSupport
import X509

/// An authority of one test, which issues what the test needs.
struct TestAuthority {
    let certificate: Certificate
    private let key: Certificate.PrivateKey

    /// What a server is set up with.
    struct Identity {
        /// The server's own first.
        let chain: [Certificate]
        fileprivate let key: P256.Signing.PrivateKey

        func configuration() throws -> TLSConfiguration {
            try .makeServerConfiguration(
                certificateChain: chain.map {
                    .certificate(try NIOSSLCertificate(bytes: Array($0.serializeAsPEM().pemString.utf8), format: .pem))
                },
                privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(key.pemRepresentation.utf8), format: .pem)))
        }

        /// `server.pem` and `key.pem`, for programs.
        func write(to directory: TestDirectory) throws {
            let chain = try chain.map { try $0.serializeAsPEM().pemString }.joined(separator: "\n") + "\n"
            try directory.write(Array(chain.utf8), to: "server.pem")
            try directory.write(Array(key.pemRepresentation.utf8), to: "key.pem")
        }
    }

    /// 2020-01-01 and 2099-01-01.
    static let start: Int64 = 1_577_836_800
    static let end: Int64 = 4_070_908_800

    init(_ name: String, issuer: TestAuthority? = nil, until: Int64 = Self.end) throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let subject = try DistinguishedName { CommonName(name) }
        certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: key.publicKey, notValidBefore: Self.date(Self.start),
            notValidAfter: Self.date(until), issuer: issuer?.certificate.subject ?? subject, subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions { Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil)) },
            issuerPrivateKey: issuer?.key ?? key)
        self.key = key
    }

    /// For a server of those names.
    func identity(
        _ names: [String], from: Int64 = Self.start, until: Int64 = Self.end, showing others: [Certificate] = []
    ) throws -> Identity {
        let key = P256.Signing.PrivateKey()
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(bytes: [0x0A, 0xBC] as [UInt8]), publicKey: .init(key.publicKey),
            notValidBefore: Self.date(from), notValidAfter: Self.date(until), issuer: self.certificate.subject,
            subject: DistinguishedName { CommonName(names.first ?? "") }, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions { SubjectAlternativeNames(names.map { .dnsName($0) }) },
            issuerPrivateKey: self.key)
        return Identity(chain: [certificate] + others, key: key)
    }

    /// A file with the authority's certificate.
    func file(in directory: TestDirectory) throws -> String {
        try directory.write(Array((certificate.serializeAsPEM().pemString + "\n").utf8), to: "authority.pem")
        return directory.path + "/authority.pem"
    }

    private static func date(_ seconds: Int64) -> Date { Date(timeIntervalSince1970: TimeInterval(seconds)) }
}
