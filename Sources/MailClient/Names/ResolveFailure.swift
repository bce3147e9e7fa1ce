/// Why a name has no answer.
public enum ResolveFailure: Error, Hashable, Sendable {
    /// The name does not exist. Source: RFC 1035, section 4.1.1, RCODE 3.
    case noSuchName(String)
    /// The name exists, without a record of this kind.
    case noRecord(String, kind: String)
    /// The domain says that it takes no mail. Source: RFC 7505.
    case takesNoMail(String)
    /// The name server could not or would not answer; `reason` is c-ares'. `server` says who was asked.
    case serverFailed(String, server: String, reason: String)
    case timedOut(String, server: String)
    /// No resolver could be set up: a name server that is no address.
    case unusable(reason: String)
}

extension ResolveFailure {
    /// Whether the description says who was asked.
    public var namesServer: Bool {
        switch self {
        case .serverFailed, .timedOut, .unusable: true
        case .noSuchName, .noRecord, .takesNoMail: false
        }
    }
}

extension ResolveFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noSuchName(let name): "the name \(name) does not exist"
        case .noRecord(let name, let kind): "the name \(name) has no \(kind) record"
        case .takesNoMail(let name): "the domain \(name) takes no mail (null MX)"
        case .serverFailed(let name, let server, let reason): "\(server) failed for \(name): \(reason)"
        case .timedOut(let name, let server): "\(server) did not answer for \(name) in time"
        case .unusable(let reason): reason
        }
    }
}
