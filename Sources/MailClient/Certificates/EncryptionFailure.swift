/// Why a server showed no certificate.
public enum EncryptionFailure: Error, Hashable, Sendable {
    /// `phase` is `connect`, `greeting`, `starttls` or `tls`.
    case connection(ConnectionFailure, phase: String)
    /// The server takes connections but does not encrypt them.
    case notOffered(command: String)
    /// The server answered something else than it should.
    case declined(command: String, reply: String)
    /// The handshake went well without a certificate.
    case noCertificate
}

extension EncryptionFailure: CustomStringConvertible {
    /// A clause such as `connection refused during connect`.
    public var description: String {
        switch self {
        case .connection(let failure, let phase): "\(failure) during \(phase)"
        case .notOffered(let command): "the server does not offer \(command)"
        case .declined(let command, let reply): "the server answers \(command) with \"\(reply)\""
        case .noCertificate: "the server shows no certificate"
        }
    }
}

extension EncryptionFailure {
    /// Where it happened: `connect`, `greeting`, `ehlo`, `starttls` or `tls`.
    public var phase: String {
        switch self {
        case .connection(_, let phase): phase
        case .notOffered, .declined: "starttls"
        case .noCertificate: "tls"
        }
    }
}
