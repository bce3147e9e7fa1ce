import PostwatchModel
import PostwatchRuntime

/// Why samples could not be put into the buffer.
public enum ForwardingFailure: Error, Hashable, Sendable {
    case diskFull(path: String)
    case unusable(path: String, reason: String)
    /// Another process uses the buffer.
    case locked(directory: String)
    /// One request is larger than a buffer record may be.
    case tooLarge(bytes: Int)
    /// The forwarder has ended.
    case closed

    /// Whether the same call may succeed later without anybody changing the call.
    public var isTransient: Bool {
        switch self {
        case .diskFull, .unusable, .locked: true
        case .tooLarge, .closed: false
        }
    }

    init(_ failure: JournalFailure) {
        switch failure {
        case .diskFull(let path): self = .diskFull(path: path)
        case .unusable(let path, let reason): self = .unusable(path: path, reason: reason)
        case .damaged(let position): self = .unusable(path: "buffer segment \(position.segment)", reason: failure.description)
        case .tooLarge(let bytes): self = .tooLarge(bytes: bytes)
        case .closed: self = .closed
        }
    }

    init(_ error: SystemError) {
        self = error.isDiskFull ? .diskFull(path: error.path) : .unusable(path: error.path, reason: error.description)
    }
}

extension ForwardingFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .diskFull(let path): "no space is left for \(path); free some, buffering resumes by itself"
        case .unusable(_, let reason): reason
        case .locked(let directory): "the buffer \(directory) is in use by another process; give each forwarder a directory of its own"
        case .tooLarge(let bytes): "a request of \(bytes) bytes is too large; send less at once"
        case .closed: "the forwarder has ended"
        }
    }
}
