import Glibc
import PostwatchModel

/// A log that is open for reading. Closed with the last use.
final class LogFile: Sendable {
    /// What the system says about a file.
    struct Status: Hashable, Sendable {
        let file: MailLogPosition.File
        let size: Int
        /// In nanoseconds since 1970-01-01T00:00:00Z.
        let modified: Int64
        let isRegular: Bool

        fileprivate init(_ status: stat) {
            file = MailLogPosition.File(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
            size = Int(status.st_size)
            modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
            isRegular = status.st_mode & S_IFMT == S_IFREG
        }

        /// `nil` when there is no such file, or the system does not say.
        static func of(_ path: String) -> Status? {
            var status = stat()
            return stat(path, &status) == 0 ? Status(status) : nil
        }
    }

    let path: String
    private let descriptor: Int32

    /// `nil` when there is no such file. Throws `unreadable`, with what to do about it.
    init?(_ path: String) throws(CollectionFailure) {
        // A pipe would wait here for somebody who writes.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        self.path = path
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw Self.unreadable(path)
        }
        guard try status().isRegular else { throw .unreadable(path: path, reason: "it is no regular file; give the path of a log") }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func status() throws(CollectionFailure) -> Status {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path) }
        return Status(status)
    }

    /// Reads from `offset` on until the buffer is full or the file ends. Returns how many bytes that were.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(CollectionFailure) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = pread(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled, off_t(offset + filled))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Self.unreadable(path) }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// Where the hole at `offset` ends in which nothing was ever written: `offset` itself when there is none.
    func endOfHole(at offset: Int) throws(CollectionFailure) -> Int {
        let size = try status().size
        let data = lseek(descriptor, off_t(offset), Self.seekData)
        // No file system need know of holes, and one that does says ENXIO when nothing but a hole is left.
        guard data >= 0 else { return errno == ENXIO ? max(offset, size) : offset }
        return max(offset, min(Int(data), size))
    }

    /// Of the first `length` bytes, or of all when there are fewer.
    func fingerprint(ofFirst length: Int) throws(CollectionFailure) -> MailLogPosition.Fingerprint {
        var bytes = [UInt8](repeating: 0, count: length)
        let count: Result<Int, CollectionFailure> = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(CollectionFailure) in try read(into: buffer, at: 0) }
        }
        return MailLogPosition.Fingerprint(bytes.prefix(try count.get()))
    }

    /// Whether `position` fits this file: it is as long, and begins as it did.
    func continues(_ position: MailLogPosition) throws(CollectionFailure) -> Bool {
        guard try status().size >= position.offset else { return false }
        return try fingerprint(ofFirst: position.fingerprint.length) == position.fingerprint
    }

    // MARK: - Private

    /// `SEEK_DATA` of lseek(2), which Swift does not see.
    private static let seekData: Int32 = 3

    private static func unreadable(_ path: String) -> CollectionFailure {
        let reason = String(cString: strerror(errno))
        let advice = errno == EACCES ? "; let the agent's user be a member of the group that owns the file, often adm" : ""
        return .unreadable(path: path, reason: reason + advice)
    }
}
