import MailWire
import NIOCore
import NIOSSL

extension ConnectionFailure {
    /// How far an encrypted connection had come when it failed.
    struct Moment {
        /// Seconds since 1970.
        let now: Int64
        let isHandshaking: Bool
        let isMidReply: Bool
        /// What the certificate must be for.
        let expectedName: String
    }

    /// What an error means on a connection that may be encrypted: `chain` tells what is wrong with a certificate.
    init(of error: any Error, _ chain: CertificateChain, at moment: Moment) {
        if let fault = chain.fault(at: moment.now) {
            self = .untrusted(fault)
        } else if let extra = error as? NIOSSLExtraError, extra == .failedToValidateHostname {
            self = .untrusted(.wrongName(expected: moment.expectedName))
        } else if let error = error as? NIOSSLError, let failure = ConnectionFailure(of: error, moment) {
            self = failure
        } else if error is BoringSSLError {
            self = .tls(reason: "the server does not speak TLS as it should")
        } else {
            self.init(of: error)
        }
    }

    // MARK: - Private

    private init?(of error: NIOSSLError, _ moment: Moment) {
        switch error {
        case .uncleanShutdown: self = .closed(isMidReply: moment.isMidReply)
        case .handshakeFailed(.sslError(let errors)) where errors.contains(.eofDuringHandshake): self = .closed(isMidReply: false)
        case .handshakeFailed where moment.isHandshaking: self = .tls(reason: "the server and we agree on no handshake")
        case .unableToValidateCertificate: self = .untrusted(.untrustedIssuer)
        default: return nil
        }
    }
}
