import PostwatchModel
import PostwatchRuntime

/// Why the series store could not do what was asked.
public enum SeriesStoreFailure: Error, Hashable, Sendable {
    /// Another process holds the directory; its number when it could be read.
    case locked(directory: String, processID: Int?)
    /// No space is left. What was asked to be kept is not kept; reading goes on, and writing resumes when there is space.
    case diskFull(path: String)
    /// The disk or the file system refused.
    case unusable(path: String, reason: String)
    /// A file's content is not what was written to it.
    case damaged(path: String, reason: String)
    /// A file was written by another release and cannot be read by this one.
    case foreign(path: String, reason: String)
    /// A sample lies outside the years 0 to 9999. Nothing of its request is kept.
    case timestampOutOfRange(Timestamp)
    /// One request is larger than a journal record may be.
    case tooLarge(bytes: Int)
    /// `close()` was called.
    case closed

    /// Whether the same call may succeed later without anybody changing the call.
    public var isTransient: Bool {
        switch self {
        case .diskFull, .unusable, .locked: true
        case .damaged, .foreign, .timestampOutOfRange, .tooLarge, .closed: false
        }
    }

    init(_ failure: JournalFailure) {
        switch failure {
        case .diskFull(let path): self = .diskFull(path: path)
        case .unusable(let path, let reason): self = .unusable(path: path, reason: reason)
        case .damaged(let position): self = .damaged(path: "journal segment \(position.segment)", reason: failure.description)
        case .tooLarge(let bytes): self = .tooLarge(bytes: bytes)
        case .closed: self = .closed
        }
    }

    init(_ error: SystemError) {
        self = error.isDiskFull ? .diskFull(path: error.path) : .unusable(path: error.path, reason: error.description)
    }
}

extension SeriesStoreFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .locked(let directory, let processID):
            "the data directory \(directory) is in use by \(processID.map { "process \($0)" } ?? "another process"); "
                + "stop it or choose another directory"
        case .diskFull(let path): "no space is left for \(path); free some, writing resumes by itself"
        case .unusable(_, let reason): reason
        case .damaged(let path, let reason): "\(path) is damaged: \(reason)"
        case .foreign(let path, let reason): "\(path) is of another release: \(reason)"
        case .timestampOutOfRange(let timestamp):
            "the time \(timestamp.milliseconds) ms is outside the years 0 to 9999; timestamps are milliseconds since 1970"
        case .tooLarge(let bytes): "a request of \(bytes) bytes is too large; send less at once"
        case .closed: "the series store is closed"
        }
    }
}
