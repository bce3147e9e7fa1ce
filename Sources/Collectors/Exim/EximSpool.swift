import Glibc
import MailLogs
import PostwatchModel

/// The queue in one of Exim's spool directories, read file by file; what is known of a message and has not changed is not read again.
/// Source: Exim specification, "Format of spool files"; options `split_spool_directory` and `queue_run_max`, `-MCG` for named queues.
struct EximSpool {
    /// Exim's `spool_directory`.
    let directory: String
    /// Time since the attempt began.
    let elapsed: () -> Duration
    /// After this much time messages that are not known are only counted. Those that were read are a fair sample: files lie in no order of
    /// age or destination.
    let readingTime: Duration
    /// After this much time the attempt is given up.
    let timeout: Duration

    /// Every message that is in the queue is counted; of those that are not known as many as there is time for are looked into.
    func add(to summary: inout EximQueueSummary, knowing memory: inout EximQueueMemory) throws(CollectionFailure) {
        // Moved, not copied.
        var reader = Reader(summary: summary, memory: exchange(&memory, with: EximQueueMemory()))
        defer { memory = reader.memory }
        reader.memory.beginRound()
        for queue in try queues() {
            let names = try look("\(queue)/input", in: queue, part: "", &reader)
            // With split_spool_directory the files are one level down, in directories named after the sixth character of the id.
            for name in names.sorted() { _ = try look("\(queue)/input/\(name)", in: queue, part: "/\(name)", &reader) }
        }
        reader.memory.endRound()
        summary = reader.summary
    }

    // MARK: - Private

    /// More are no spool.
    private static let mostQueues = 1000
    private static let longestEnvelope = 4 << 20
    /// Message logs that are looked into in a round.
    private static let mostLogs = 200

    private struct Reader {
        var summary: EximQueueSummary
        var memory: EximQueueMemory
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var files = 0
        /// Of the files, those of which nothing is known.
        var unknown = 0
        var logs = 0
        var isOutOfTime = false
        var failure: CollectionFailure?
    }

    /// The spool itself, and the directories of named queues in it.
    private func queues() throws(CollectionFailure) -> [String] {
        let names: [String]
        do throws(DirectoryStream.Failure) {
            names = try DirectoryStream(directory).names(limit: Self.mostQueues)
        } catch {
            throw Self.unreadable(directory, error.number)
        }
        let named = names.filter { !["input", "db", "msglog", "scan", "gnutls-params"].contains($0) }.sorted().map { "\(directory)/\($0)" }
        return [directory] + named.filter { access("\($0)/input", F_OK) == 0 }
    }

    /// Looks at the messages of one directory; returns the names of directories in it that hold more.
    private func look(_ path: String, in queue: String, part: String, _ reader: inout Reader) throws(CollectionFailure) -> Set<String> {
        let stream: DirectoryStream
        do throws(DirectoryStream.Failure) {
            stream = try DirectoryStream(path)
        } catch {
            // Exim makes its directories when the first message comes.
            if error.isMissing { return [] }
            throw Self.unreadable(path, error.number)
        }
        var directories: Set<String> = []
        let logs = "\(queue)/msglog\(part)"
        while stream.next({ entry in
            if entry.name.count == 1, entry.name[0] != UInt8(ascii: ".") {
                directories.insert(String(decoding: entry.name, as: UTF8.self))
            } else if let id = EximMessageID(headerFile: entry.name) {
                look(
                    File(id: id, key: EximQueueMemory.Key(entry.name), inode: entry.inode, directory: stream.descriptor), logs, path,
                    &reader)
            }
        }) {
            if let failure = reader.failure { throw failure }
        }
        return directories
    }

    /// A header file, as its directory tells of it.
    private struct File {
        let id: EximMessageID
        let key: EximQueueMemory.Key
        let inode: UInt64
        let directory: Int32

        var name: String { "\(id.text)-H" }

        /// In nanoseconds since 1970; `nil` when it is gone.
        var writtenAt: Int64? {
            var status = stat()
            return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? EximSpool.writtenAt(status) : nil
        }
    }

    private func look(_ file: File, _ logs: String, _ path: String, _ reader: inout Reader) {
        reader.files += 1
        if reader.files % 4096 == 0, elapsed() >= timeout {
            reader.failure = .timedOut(after: timeout, while: "\(path) was read; its disk hangs, or the queue is very long")
            return
        }
        if let message = reader.memory.message(file.key, inode: file.inode, writtenAt: { file.writtenAt }) {
            return add(message, file.id, logs, &reader)
        }
        // The clock is looked at from time to time: it costs as much as a small file.
        if !reader.isOutOfTime, reader.unknown % 16 == 0 { reader.isOutOfTime = elapsed() >= readingTime }
        reader.unknown += 1
        if reader.isOutOfTime { return reader.summary.addUnread(file.id) }
        switch Self.message(of: file, &reader.buffer) {
        case .read(let message, let writtenAt):
            reader.memory.remember(file.key, EximQueueMemory.Version(inode: file.inode, writtenAt: writtenAt), message)
            add(message, file.id, logs, &reader)
        case .damaged: reader.summary.addDamaged(file.id)
        case .gone: break
        case .failed(let number): reader.failure = Self.unreadable("\(path)/\(file.name)", number)
        }
    }

    private func add(_ message: EximMessage, _ id: EximMessageID, _ logs: String, _ reader: inout Reader) {
        var deferral: EximDeferral?
        if !message.isNew, reader.logs < Self.mostLogs {
            reader.logs += 1
            deferral = Self.deferral("\(logs)/\(id.text)", &reader.buffer)
        }
        reader.summary.add(id, message, deferral)
    }

    private enum Finding {
        case read(EximMessage, writtenAt: Int64)
        case damaged
        /// Delivered, in the meantime.
        case gone
        case failed(Int32)
    }

    private static func message(of file: File, _ buffer: inout [UInt8]) -> Finding {
        let descriptor = openat(file.directory, file.name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        // Exim makes no symbolic links here, and what is no file is none of its own.
        guard descriptor >= 0 else { return errno == ENOENT ? .gone : errno == ELOOP ? .damaged : .failed(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failed(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { return .damaged }
        var filled = 0
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress.map { $0 + filled }, $0.count - filled) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return .failed(errno) }
            filled += count
            do throws(EximEnvelope.Fault) {
                let envelope = try EximEnvelope(buffer[..<filled], of: file.id.text)
                let size = size(of: file.id, file.directory, headers: Int(status.st_size) - envelope.length)
                return .read(EximMessage(envelope, size: size), writtenAt: writtenAt(status))
            } catch {
                guard error == .incomplete, count > 0, filled < longestEnvelope else { return .damaged }
                if filled == buffer.count { buffer += repeatElement(0, count: buffer.count) }
            }
        }
    }

    /// Of the message: what is in its other file but for the first line, and the headers. `nil` when the file is gone.
    private static func size(of id: EximMessageID, _ directory: Int32, headers: Int) -> Int? {
        var status = stat()
        guard fstatat(directory, "\(id.text)-D", &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return max(0, headers) + max(0, Int(status.st_size) - id.text.utf8.count - "-D\n".utf8.count)
    }

    private static func writtenAt(_ status: stat) -> Int64 {
        Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    }

    private static func deferral(_ path: String, _ buffer: inout [UInt8]) -> EximDeferral? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let end = lseek(descriptor, 0, SEEK_END)
        let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, 4096, max(0, end - 4096)) }
        return count > 0 ? EximDeferral(lastIn: buffer[..<count]) : nil
    }

    private static func unreadable(_ path: String, _ number: Int32) -> CollectionFailure {
        let reason =
            switch number {
            case ENOENT: "there is no such directory; Exim is not installed, or its spool is another: exim -bP spool_directory tells"
            case EACCES: "permission denied; let the agent's user be a member of the group that owns the spool (Debian-exim)"
            default: String(cString: strerror(number))
            }
        return .unreadable(path: path, reason: reason)
    }
}
