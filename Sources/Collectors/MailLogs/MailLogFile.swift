import Glibc
import MailLogs
import PostwatchModel

/// Follows one log over its rotations: reads whole lines, each once.
///
/// When the log is renamed, the old file is read to its end before the new one is begun, and not before the new one has something in it:
/// until then the server may still write to the old one. When it is copied and cut off, the copy is read to its end first. What is
/// compressed was read before, or is passed over.
struct MailLogFile: Sendable {
    /// The most that one look reads.
    static let chunkBytes = 1 << 20

    let path: String
    /// Where the first look begins; what appears later is read from its start.
    private var from: MailLogSettings.Beginning
    /// `nil` before the log was seen.
    private(set) var position: MailLogPosition?
    private var open: LogFile?

    /// - Parameter position: where reading had stopped; `nil` to begin anew.
    init(path: String, from: MailLogSettings.Beginning, position: MailLogPosition? = nil) {
        self.path = path
        self.from = from
        self.position = position
    }

    /// Takes the next lines into `account`, one chunk at most. Throws `unreadable`.
    /// - Parameter tell: what a person may want to know.
    mutating func advance(_ account: inout MailLogAccount, tell: (MailLogNotice) -> Void) throws(CollectionFailure) -> ReadingProgress {
        guard let file = try opened(tell), let position else { return .isMissing }
        if position.isInsideLongLine, case let skipped = try file.endOfHole(at: position.offset) - position.offset, skipped > 0 {
            // Zeros that nobody wrote: no line ends among them.
            try move(to: position.offset + skipped, LineFeed(isInsideLongLine: true), of: file)
            return .took(skipped)
        }
        // Looked for first: once the next file has something in it, this one is complete.
        let next = successor(of: position)
        let size = try file.status().size
        let result = withUnsafeTemporaryAllocation(
            byteCount: max(0, min(Self.chunkBytes, size - position.offset)), alignment: 8
        ) { buffer in
            Result { () throws(CollectionFailure) in
                try take(buffer, of: file, at: position, next: next, into: &account, tell: tell)
            }
        }
        return try result.get()
    }

    /// What was written and not taken yet, in bytes, as far as it can be seen.
    func unreadBytes() -> Int {
        guard let open, var position, let size = try? open.status().size else { return LogFile.Status.of(path)?.size ?? 0 }
        var unread = max(0, size - position.offset)
        guard LogFile.Status.of(path)?.file != position.file else { return unread }
        let logs = RotatedLog.all(of: path)
        // Each file once: the names give an order.
        for _ in 0...logs.count {
            guard let next = RotatedLog.next(after: position, among: logs, path: path), let status = LogFile.Status.of(next) else { break }
            unread += status.size
            if next == path { break }
            position = MailLogPosition(file: status.file, offset: 0, modified: status.modified)
        }
        return unread
    }

    // MARK: - Private

    private mutating func take(
        _ buffer: UnsafeMutableRawBufferPointer, of file: LogFile, at start: MailLogPosition, next: String?,
        into account: inout MailLogAccount, tell: (MailLogNotice) -> Void
    ) throws(CollectionFailure) -> ReadingProgress {
        let count = try file.read(into: buffer, at: start.offset)
        // Looked at after reading: what was read before a cut still belongs to this log.
        guard try file.continues(start) else {
            open = try relocated(start, tell)
            return .moved
        }
        var feed = LineFeed(isInsideLongLine: start.isInsideLongLine)
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        let consumed = feed.take(bytes, into: &account)
        try move(to: start.offset + consumed, feed, of: file)
        if consumed > 0 { return .took(consumed) }
        guard let next, count < Self.chunkBytes else { return .waits }
        feed.takeLast(bytes, into: &account)
        open = try begun(next)
        return .moved
    }

    /// Notes that the file was read up to `offset`, and what it begins with.
    private mutating func move(to offset: Int, _ feed: LineFeed, of file: LogFile) throws(CollectionFailure) {
        position?.offset = offset
        position?.isInsideLongLine = feed.isInsideLongLine
        let status = try file.status()
        position?.modified = status.modified
        if let known = position?.fingerprint.length, known < min(status.size, MailLogPosition.Fingerprint.longest) {
            position?.fingerprint = try file.fingerprint(ofFirst: MailLogPosition.Fingerprint.longest)
        }
    }

    private func successor(of position: MailLogPosition) -> String? {
        guard let current = LogFile.Status.of(path), current.file != position.file else { return nil }
        return RotatedLog.next(after: position, among: RotatedLog.all(of: path), path: path)
    }

    /// The file to be read; `nil` when there is none.
    private mutating func opened(_ tell: (MailLogNotice) -> Void) throws(CollectionFailure) -> LogFile? {
        if open == nil {
            if let position {
                open = try relocated(position, tell)
            } else if from == .start {
                open = try begun(path)
            } else {
                open = try begunAtEnd()
            }
            // Whatever comes now was written while it was followed.
            if open == nil { from = .start }
        }
        return open
    }

    /// Finds the file of `position` again: under another name, or as a copy. Otherwise begins the oldest file that is newer.
    private mutating func relocated(_ position: MailLogPosition, _ tell: (MailLogNotice) -> Void) throws(CollectionFailure) -> LogFile? {
        let rotated = RotatedLog.all(of: path)
        let files = try [LogFile(path)].compactMap { $0 } + rotated.compactMap { try? LogFile($0.path) }
        let statuses = files.map { ($0, try? $0.status()) }
        let own = statuses.first { $1?.file == position.file && (try? $0.continues(position)) == true }
        let copy = statuses.first { file, _ in position.fingerprint.isTelling && (try? file.continues(position)) == true }
        if let (file, status) = own ?? copy, let status {
            self.position?.file = status.file
            return file
        }
        if position.offset > 0 { tell(.placeLost(path: path)) }
        let newer = rotated.filter { $0.status.file != position.file && $0.status.size > 0 && $0.status.modified > position.modified }
        let oldest = newer.min { $0.status.modified < $1.status.modified }
        self.position = nil
        return try begun(oldest?.path ?? path)
    }

    /// `nil` when it is not there; then it is read from its start when it appears.
    private mutating func begun(_ path: String) throws(CollectionFailure) -> LogFile? {
        guard let file = try LogFile(path) else { return nil }
        let status = try file.status()
        position = MailLogPosition(file: status.file, offset: 0, modified: status.modified)
        return file
    }

    /// Begins behind the last line that is complete.
    private mutating func begunAtEnd() throws(CollectionFailure) -> LogFile? {
        guard let file = try begun(path) else { return nil }
        let size = try file.status().size
        let start = max(0, size - MailLogAccount.longestLine)
        var tail = [UInt8](repeating: 0, count: size - start)
        let count: Result<Int, CollectionFailure> = tail.withUnsafeMutableBytes { buffer in
            Result { () throws(CollectionFailure) in try file.read(into: buffer, at: start) }
        }
        let end = tail.prefix(try count.get()).lastIndex(of: 10).map { start + $0 + 1 }
        // No line ends there: one that is too long has begun before, or the first is not complete.
        let feed = LineFeed(isInsideLongLine: end == nil && start > 0)
        try move(to: end ?? (start > 0 ? size : 0), feed, of: file)
        return file
    }
}

extension MailLogFile: LineSource {
    var bookmark: MailLogBookmark? { position.map { .file($0) } }

    func measurements(at place: LabelSet) -> [Measurement] {
        [
            Measurement(
                "postwatch_mail_log_unread_bytes", .gauge, help: "What stands in the log and was not read yet.",
                points: [Measurement.Point(labels: place, value: Double(unreadBytes()))])
        ]
    }

    mutating func close() {
        open = nil
    }
}
