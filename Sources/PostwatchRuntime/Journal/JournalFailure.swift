/// Why a journal could not keep or give back a record.
public enum JournalFailure: Error, Hashable, Sendable {
    /// No space is left for the record. Nothing of it is kept.
    case diskFull(path: String)
    /// The disk or the file system refused; `reason` names the call and the cause.
    case unusable(path: String, reason: String)
    /// The record at this place is gone or its checksum does not hold.
    case damaged(JournalPosition)
    /// A record of this many bytes is larger than `JournalRecord.maximumBytes`.
    case tooLarge(bytes: Int)
    /// `close()` was called.
    case closed

    /// Whether the same call may succeed later without anybody changing the call.
    public var isTransient: Bool {
        switch self {
        case .diskFull, .unusable: true
        case .damaged, .tooLarge, .closed: false
        }
    }

    /// Another release wrote the file.
    static func foreignVersion(_ version: Int, path: String) -> JournalFailure {
        .unusable(
            path: path,
            reason:
                "\(path) has version \(version), and this release reads version 2; start the release that wrote it once more and stop it in order, or move the file away"
        )
    }

    /// What `body` throws as a failure of a journal.
    static func of<Result>(_ body: () throws(SystemError) -> Result) throws(JournalFailure) -> Result {
        do throws(SystemError) { return try body() } catch { throw JournalFailure(error) }
    }

    package init(_ error: SystemError) {
        self = error.isDiskFull ? .diskFull(path: error.path) : .unusable(path: error.path, reason: error.description)
    }
}

extension JournalFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .diskFull(let path): "no space is left for \(path); free some, writing resumes by itself"
        case .unusable(_, let reason): reason
        case .damaged(let position): "the journal record at segment \(position.segment), byte \(position.offset) is damaged or gone"
        case .tooLarge(let bytes):
            "a journal record of \(bytes) bytes is over the limit of \(JournalRecord.maximumBytes); send less at once"
        case .closed: "the journal is closed"
        }
    }
}
