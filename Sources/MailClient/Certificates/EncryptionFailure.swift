/// Why a server showed no certificate.
public enum EncryptionFailure: Error, Hashable, Sendable {
    /// `phase` is `connect`, `greeting`, `ehlo`, `starttls` or `tls`.
    case connection(ConnectionFailure, phase: String)
    /// The server takes connections but does not encrypt them.
    case notOffered(command: String)
    /// The server greeted with something else than it should.
    case unwelcome(greeting: String)
    /// The server answered something else than it should. `phase` is `ehlo` or `starttls`.
    case declined(command: String, reply: String, phase: String)
    /// The handshake went well without a certificate.
    case noCertificate
}

extension EncryptionFailure: CustomStringConvertible {
    /// A clause such as `connection refused during connect`.
    public var description: String {
        switch self {
        case .connection(let failure, let phase): "\(failure) during \(phase)"
        case .notOffered(let command): "the server does not offer \(command)"
        case .unwelcome(let greeting): "the server greets with \"\(greeting)\""
        case .declined(let command, let reply, _): "the server answers \(command) with \"\(reply)\""
        case .noCertificate: "the server shows no certificate"
        }
    }
}

extension EncryptionFailure {
    /// Whether the server is still there to be spoken to.
    var leavesConversation: Bool {
        switch self {
        case .notOffered, .declined: true
        // Whoever greets like that may not be a server of this protocol.
        case .connection, .unwelcome, .noCertificate: false
        }
    }

    /// Where it happened: `connect`, `greeting`, `ehlo`, `starttls` or `tls`.
    public var phase: String {
        switch self {
        case .connection(_, let phase): phase
        case .unwelcome: "greeting"
        case .declined(_, _, let phase): phase
        case .notOffered: "starttls"
        case .noCertificate: "tls"
        }
    }
}
