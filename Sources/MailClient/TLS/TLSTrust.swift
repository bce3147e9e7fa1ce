import Glibc
import NIOSSL
import Synchronization

/// Whom a client trusts. Clients that trust the same share what was read for it: the system's roots alone take a mebibyte, and a vantage may
/// have thousands of journeys.
enum TLSTrust: Hashable, Sendable {
    case systemRoots
    /// A file as it was when it was read: one that has changed since is read again.
    case file(path: String, changedAt: Int, size: Int)
    /// Takes any certificate.
    case anybody
    /// Takes any certificate and any version of TLS, and keeps what it is shown.
    case observer

    init(_ settings: TLSSettings) {
        guard !settings.insecureSkipVerify else {
            self = .anybody
            return
        }
        guard let path = settings.caFile else {
            self = .systemRoots
            return
        }
        var status = stat()
        let isThere = stat(path, &status) == 0
        self = .file(
            path: path, changedAt: isThere ? status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec : 0,
            size: isThere ? Int(status.st_size) : 0)
    }

    /// For as long as anybody holds it everybody gets the same. Throws when the roots cannot be read.
    func context() throws -> NIOSSLContext {
        try Self.contexts.withLock { contexts in
            if let context = contexts[self]?.context { return context }
            let context = try makeContext()
            contexts = contexts.filter { $0.value.context != nil }
            contexts[self] = Held(context: context)
            return context
        }
    }

    // MARK: - Private

    private struct Held {
        weak var context: NIOSSLContext?
    }

    private static let contexts = Mutex<[TLSTrust: Held]>([:])

    private func makeContext() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        // A peer that never answers our goodbye must not hold the socket for long.
        configuration.shutdownTimeout = .seconds(1)
        switch self {
        case .systemRoots: break
        case .file(let path, _, _): configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path))
        case .anybody: configuration.certificateVerification = .none
        case .observer:
            configuration.minimumTLSVersion = .tlsv1
            configuration.certificateVerification = .noHostnameVerification
        }
        return try NIOSSLContext(configuration: configuration)
    }
}
