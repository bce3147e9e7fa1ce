import Glibc
import MailLogs
import PostwatchModel

/// The queue in one of Exim's spool directories, read file by file. Nothing is kept of a message that was looked at.
/// Source: Exim specification, "Format of spool files"; options `split_spool_directory` and `queue_run_max`, `-MCG` for named queues.
struct EximSpool {
    /// Exim's `spool_directory`.
    let directory: String
    /// Time since the attempt began.
    let elapsed: () -> Duration
    /// After this much time messages are only counted. Those that were read are a fair sample: files lie in no order of age or destination.
    let readingTime: Duration
    /// After this much time the attempt is given up.
    let timeout: Duration

    /// Every message that is in the queue is counted; as many as there is time for are looked into.
    func add(to summary: inout EximQueueSummary) throws(CollectionFailure) {
        var reader = Reader(summary: summary)
        for queue in try queues() {
            let names = try look("\(queue)/input", in: queue, part: "", &reader)
            // With split_spool_directory the files are one level down, in directories named after the sixth character of the id.
            for name in names.sorted() { _ = try look("\(queue)/input/\(name)", in: queue, part: "/\(name)", &reader) }
        }
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
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var files = 0
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
        while stream.next({ name in
            if name.count == 1, name[0] != UInt8(ascii: ".") {
                directories.insert(String(decoding: name, as: UTF8.self))
            } else if let id = EximMessageID(headerFile: name) {
                look(id, stream, logs: "\(queue)/msglog\(part)", path, &reader)
            }
        }) {
            if let failure = reader.failure { throw failure }
        }
        return directories
    }

    private func look(_ id: EximMessageID, _ directory: DirectoryStream, logs: String, _ path: String, _ reader: inout Reader) {
        reader.files += 1
        // The clock is looked at from time to time: it costs as much as a small file.
        if !reader.isOutOfTime, reader.files % 16 == 1 { reader.isOutOfTime = elapsed() >= readingTime }
        if reader.isOutOfTime {
            reader.summary.addUnread(id)
            if reader.files % 4096 == 0, elapsed() >= timeout {
                reader.failure = .timedOut(after: timeout, while: "\(path) was read; its disk hangs, or the queue is very long")
            }
            return
        }
        switch Self.envelope(of: id, directory.descriptor, &reader.buffer) {
        case .read(let envelope, let size):
            var deferral: EximDeferral?
            if !envelope.isNew, reader.logs < Self.mostLogs {
                reader.logs += 1
                deferral = Self.deferral("\(logs)/\(id.text)", &reader.buffer)
            }
            reader.summary.add(id, envelope, size: size, deferral)
        case .damaged: reader.summary.addDamaged(id)
        case .gone: break
        case .failed(let number): reader.failure = Self.unreadable("\(path)/\(id.text)-H", number)
        }
    }

    private enum Finding {
        case read(EximEnvelope, size: Int?)
        case damaged
        /// Delivered, in the meantime.
        case gone
        case failed(Int32)
    }

    private static func envelope(of id: EximMessageID, _ directory: Int32, _ buffer: inout [UInt8]) -> Finding {
        let descriptor = openat(directory, "\(id.text)-H", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
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
                let envelope = try EximEnvelope(buffer[..<filled], of: id.text)
                return .read(envelope, size: size(of: id, directory, headers: Int(status.st_size) - envelope.length))
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
