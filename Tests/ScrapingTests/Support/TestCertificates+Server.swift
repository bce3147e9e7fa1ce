import NIOSSL
import TestSupport

extension TestCertificates {
    /// What a server with the valid certificate is set up with.
    static func server() throws -> TLSConfiguration {
        try .makeServerConfiguration(
            certificateChain: [.certificate(NIOSSLCertificate(bytes: Array(validCertificate.utf8), format: .pem))],
            privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(validKey.utf8), format: .pem)))
    }
}
