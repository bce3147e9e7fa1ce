import NIOCore
import NIOSSL

/// Makes connections encrypted. Costly to make (roots are read and parsed) and cheap to use: keep one per configuration. Clients that trust
/// the same roots share them.
public struct TLSClient: Sendable {
    /// The roots could not be read.
    public struct UnusableRoots: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
    }

    private let context: NIOSSLContext
    private let settings: TLSSettings
    private let isObserver: Bool

    /// Reads the roots. Throws when `ca_file` cannot be read or holds no certificate.
    public init(_ settings: TLSSettings) throws(UnusableRoots) {
        do {
            context = try TLSTrust(settings).context()
        } catch {
            let source = settings.caFile.map { "the file \($0)" } ?? "the system's roots"
            throw UnusableRoots(description: "no trusted certificate can be read from \(source)")
        }
        self.settings = settings
        isObserver = false
    }

    /// Takes any certificate and any version of TLS, and keeps what the server shows: to look at servers, not to talk with them.
    /// - Parameter serverName: The name to ask for; the host when `nil`.
    public init(observingAs serverName: String? = nil) throws(UnusableRoots) {
        do {
            context = try TLSTrust.observer.context()
        } catch {
            throw UnusableRoots(description: "TLS cannot be set up: \(error)")
        }
        settings = TLSSettings(serverName: serverName)
        isObserver = true
    }

    /// The name that the certificate of a server reached as `host` must be for.
    func serverName(for host: String) -> String { settings.serverName ?? host }

    /// The handler that encrypts; it notes in `chain` what the server shows.
    /// Throws `ConnectionFailure.tls` for a name that cannot be one.
    func handler(for host: String, noting chain: CertificateChain) throws -> NIOSSLHandler {
        let name = serverName(for: host)
        // SNI carries no addresses (RFC 6066, section 3); NIOSSL then compares the certificate with the connected address.
        let isAddress = (try? SocketAddress(ipAddress: name, port: 0)) != nil
        if !isObserver, !settings.insecureSkipVerify, !isAddress { chain.requiredName = name }
        do {
            if isObserver {
                return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : name) { certificates, decision in
                    for certificate in certificates { chain.note(certificate, isAccepted: true) }
                    chain.show(certificates)
                    decision.succeed(.certificateVerified)
                }
            }
            return try (ChainNotingHandlers() as any HandlerMaking).handler(
                context: context, serverName: isAddress ? nil : name, chain: chain)
        } catch {
            throw ConnectionFailure.tls(reason: "\(name) is not a name that a certificate can be for")
        }
    }
}

/// The certificates that a server's identity rests on, as verification comes by them; for an observer all that the server shows. Lives on
/// one event loop.
final class CertificateChain {
    private(set) var earliestExpiry: Int64?
    private(set) var rejected: (notBefore: Int64, notAfter: Int64)?
    /// In the server's order; only an observer keeps them.
    private var shown: [ShownCertificate] = []
    /// `TLS 1.3`; `nil` before encryption.
    private(set) var version: String?
    /// The DNS name that the server's own certificate must be for; `nil` for an address, and where any certificate is taken.
    var requiredName: String?

    /// The handshake is over: notes what was agreed on. Returns what is wrong with the server's certificate all the same.
    func complete(in pipeline: ChannelPipeline.SynchronousOperations) -> CertificateFault? {
        note(version: (try? pipeline.nioSSL_tlsVersion()) ?? nil)
        guard let requiredName, let certificate = (try? pipeline.nioSSL_peerCertificate()) ?? nil else { return nil }
        return certificate.isForAddressAlone(insteadOf: requiredName) ? .wrongName(expected: requiredName) : nil
    }

    func note(_ certificate: NIOSSLCertificate, isAccepted: Bool) {
        let notAfter = Int64(certificate.notValidAfter)
        earliestExpiry = min(earliestExpiry ?? notAfter, notAfter)
        if !isAccepted && rejected == nil { rejected = (Int64(certificate.notValidBefore), notAfter) }
    }

    func show(_ certificates: [NIOSSLCertificate]) {
        shown = certificates.compactMap { try? ShownCertificate($0) }
    }

    func note(version: TLSVersion?) {
        switch version {
        case .tlsv1: self.version = "TLS 1.0"
        case .tlsv11: self.version = "TLS 1.1"
        case .tlsv12: self.version = "TLS 1.2"
        case .tlsv13: self.version = "TLS 1.3"
        case nil: break
        }
    }

    var shownChain: ShownChain? {
        shown.isEmpty ? nil : ShownChain(certificates: shown, version: version ?? "unknown")
    }

    /// Why the chain was rejected, by what the rejected certificate says of itself at `now`, in seconds since 1970.
    func fault(at now: Int64) -> CertificateFault? {
        guard let rejected else { return nil }
        if rejected.notAfter < now { return .expired(at: rejected.notAfter) }
        if rejected.notBefore > now { return .notYetValid(from: rejected.notBefore) }
        return .untrustedIssuer
    }
}

// NIOSSL's other callbacks either replace verification or show the leaf alone; only this one shows each certificate of the chain
// together with the library's own verdict on it. It is marked as deprecated because writing a *decision* with it is hard; here it
// only looks. Calling it through a protocol keeps the build free of warnings.
private protocol HandlerMaking {
    func handler(context: NIOSSLContext, serverName: String?, chain: CertificateChain) throws -> NIOSSLHandler
}

private struct ChainNotingHandlers: HandlerMaking {
    @available(*, deprecated)
    func handler(context: NIOSSLContext, serverName: String?, chain: CertificateChain) throws -> NIOSSLHandler {
        try NIOSSLClientHandler(context: context, serverHostname: serverName) { verdict, certificate in
            chain.note(certificate, isAccepted: verdict == .certificateVerified)
            return verdict
        }
    }
}
