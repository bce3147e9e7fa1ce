import Foundation
import GRDB
import PostwatchRuntime

/// A copy of a store's directory in the making. It gets its name when it is complete and on disk; until then it ends in `.unfinished`.
///
/// The journal has to be added before day files: what a flush moves in between is in both then, and is read once. Blocks.
struct StoreCopy {
    static let draftSuffix = ".unfinished"

    let target: String
    private let draft: String

    /// Throws `.unusable` when there is something at `target` already.
    init(to target: String) throws(SeriesStoreFailure) {
        var status = stat()
        if lstat(target, &status) == 0 {
            throw .unusable(path: target, reason: "\(target) exists already; a copy needs a name of its own")
        }
        self.target = target
        draft = target + Self.draftSuffix
        do throws(SystemError) {
            try Directory.create((target as NSString).deletingLastPathComponent)
        } catch {
            throw SeriesStoreFailure(error)
        }
        if mkdir(draft, 0o750) != 0 {
            let reason =
                errno == EEXIST
                ? "\(draft) exists: an earlier copy was not finished, or another one is being made; remove it if nobody is at it"
                : SystemError(errno, "create the directory", draft).description
            throw .unusable(path: draft, reason: reason)
        }
    }

    /// Takes in the records that the segments in `directory` hold now. Another process may write, end and remove segments meanwhile.
    func addJournal(of directory: String) throws(SeriesStoreFailure) {
        do throws(SystemError) {
            let numbers = try Directory.names(in: directory).compactMap(JournalSegment.number).sorted()
            for number in numbers {
                let path = JournalSegment.path(number, in: directory)
                guard let content = try Self.content(of: path, isLast: number == numbers.last) else { continue }
                try Self.write(content, to: JournalSegment.path(number, in: draft))
            }
        } catch {
            throw SeriesStoreFailure(error)
        }
    }

    /// Takes in a file as it is at one moment, what only its write-ahead file holds included.
    func addDayFile(_ name: String, from source: some DatabaseReader) throws(SeriesStoreFailure) {
        let path = "\(draft)/\(name)"
        do {
            let copy = try DatabaseQueue(path: path)
            try source.backup(to: copy)
            try copy.close()
            try Self.sync(path)
        } catch {
            throw DayFile.failure(error, path: path)
        }
    }

    /// Takes a file out that could not be copied to its end.
    func remove(_ name: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink("\(draft)/\(name)\(suffix)") }
    }

    /// Gives the copy its name, once everything in it is on disk.
    func complete() throws(SeriesStoreFailure) {
        do throws(SystemError) {
            try Directory.sync(draft)
            try Directory.rename(draft, to: target)
            let parent = (target as NSString).deletingLastPathComponent
            try Directory.sync(parent.isEmpty ? "." : parent)
        } catch {
            throw SeriesStoreFailure(error)
        }
    }

    /// Removes what was copied so far.
    func abandon() {
        Self.abandon(draft)
    }

    /// The same for a draft that somebody else made.
    static func abandon(_ draft: String) {
        for name in (try? Directory.names(in: draft)) ?? [] { unlink("\(draft)/\(name)") }
        rmdir(draft)
    }

    // MARK: - Private

    /// `nil` when the segment is gone: a flush has moved its samples into day files, which are copied later.
    private static func content(of path: String, isLast: Bool) throws(SystemError) -> [UInt8]? {
        var bytes: [UInt8]
        do throws(SystemError) {
            bytes = try Directory.contents(of: path)
        } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
        guard isLast else { return bytes }
        // A record that is being written has not been acknowledged.
        let reading = bytes.withUnsafeBytes { JournalSegment.read($0, path: path) { _, _ in } }
        if reading.records == 0 && reading.damage.isEmpty { return nil }
        bytes.removeSubrange(reading.soundBytes...)
        return bytes
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw SystemError(errno, "create", path) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SystemError(count == 0 ? ENOSPC : errno, "write", path) }
            written += count
        }
        if fsync(descriptor) != 0 { throw SystemError(errno, "sync", path) }
    }

    private static func sync(_ path: String) throws(SystemError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(errno, "open", path) }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw SystemError(errno, "sync", path) }
    }
}
