import MailWire
import PostwatchModel

/// Why a collector has nothing to report this time. It is asked again on the next beat, whatever the reason.
public enum CollectionFailure: Error, Hashable, Sendable {
    /// A file of the kernel or of a service cannot be read.
    case unreadable(path: String, reason: String)
    /// What was read is not in the format that its source documents.
    case malformed(source: String, found: String)
    /// A service does not take the connection: it is not running, or its socket is not where it was looked for.
    case unreachable(socket: String, reason: String)
    /// A service took the connection and then would not tell: credentials, permissions, or it is not ready.
    case refused(service: String, reason: String)
    /// No answer in time; `while` names what was waited for.
    case timedOut(after: Duration, while: String)
    /// The attempt of an earlier round has still not ended, so no second one was made.
    case stillRunning
    /// The agent is shutting down.
    case stopped
}

extension CollectionFailure: CustomStringConvertible {
    /// On one line, fit for a log and a terminal, and at most 1000 characters long: much of it are the words of a service, which may be
    /// anybody's.
    public var description: String { WireText.printable(words.utf8, limit: 1000) }

    private var words: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .malformed(let source, let found): "\(source) is not understood: found \(found)"
        case .unreachable(let socket, let reason): "\(socket) takes no connection: \(reason)"
        case .refused(let service, let reason): "\(service) does not tell: \(reason)"
        case .timedOut(let limit, let what): "no answer within \(limit.prometheusText) while \(what)"
        case .stillRunning: "the attempt of an earlier round is still running, so it was not asked again"
        case .stopped: "the agent is shutting down"
        }
    }
}
