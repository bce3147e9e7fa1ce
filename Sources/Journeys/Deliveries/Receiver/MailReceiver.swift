import MailClient
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A small SMTP server that takes the probes of this installation and nothing else. It listens from the first run that needs it for as
/// long as it is kept, so that it also sees what comes late.
final class MailReceiver: Sendable {
    /// The certificate or its key cannot be used.
    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    private let access: ReceiverAccess
    private let group: any EventLoopGroup
    private let desk: ReceptionDesk
    /// `nil` before the first try, and after one that failed.
    private let listener = Mutex<EventLoopFuture<any Channel>?>(nil)

    init(_ access: ReceiverAccess, group: any EventLoopGroup) throws(Unusable) {
        self.access = access
        self.group = group
        desk = ReceptionDesk(name: access.hello, tls: try Self.context(access))
    }

    deinit {
        listener.withLock { $0?.whenSuccess { $0.close(promise: nil) } }
    }

    var place: String { "\(access.listen)" }

    /// Takes the mail of one more journey. All are told before the first one listens: a server that is refused once does not come again.
    func open(_ inbox: ReceiverInbox) { desk.open(inbox) }

    /// Listens unless that is so already. Throws a `StepFailure`.
    func listen() async throws -> NIODeadline {
        let opening = opened()
        do {
            _ = try await opening.get()
            return .now()
        } catch {
            // The next run tries again, unless one has done so already.
            listener.withLock { if $0 === opening { $0 = nil } }
            throw StepFailure("\(place): cannot listen there during listen: \(Self.reason(error))")
        }
    }

    // MARK: - Private

    private func opened() -> EventLoopFuture<any Channel> {
        listener.withLock { listener in
            if let listener { return listener }
            let opening = ServerBootstrap(group: group)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { [desk] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ReceptionHandler(desk: desk))
                    }
                }
                .bind(host: access.listen.host, port: access.listen.port)
            listener = opening
            return opening
        }
    }

    private static func context(_ access: ReceiverAccess) throws(Unusable) -> NIOSSLContext? {
        guard let certificate = access.certificateFile, let key = access.keyFile else { return nil }
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
            let privateKey = NIOSSLPrivateKeySource.privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            return try NIOSSLContext(configuration: .makeServerConfiguration(certificateChain: chain, privateKey: privateKey))
        } catch {
            throw Unusable(
                description: "receiver: no key pair can be read from \(certificate) and \(key); write cert_file and key_file in PEM")
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard let system = error as? IOError else { return "\(error)" }
        let text = String(cString: strerror(system.errnoCode)).lowercased()
        return switch system.errnoCode {
        case EADDRINUSE: "\(text); choose an address and a port that nobody uses"
        case EACCES: "\(text); choose a port above 1023, or give this program the right to low ones (CAP_NET_BIND_SERVICE)"
        case EADDRNOTAVAIL: "\(text); choose an address of this host"
        default: text
        }
    }
}
