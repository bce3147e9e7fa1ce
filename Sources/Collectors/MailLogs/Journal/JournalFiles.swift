import Glibc
import PostwatchModel
import PostwatchRuntime

/// The files of a journal, looked at from outside: the library that reads them opens a journal of which it may read nothing, and says
/// nothing.
enum JournalFiles {
    /// Where journald keeps the journal of this machine: on disk, or only in memory.
    static let ofThisMachine = ["/var/log/journal", "/run/log/journal"]

    enum Finding: Hashable, Sendable {
        case readable
        /// Nobody wrote there yet. With what to say about it.
        case missing(CollectionFailure)
        /// There are files, and none may be read. With what to do about it.
        case refused(CollectionFailure)
    }

    /// Whether there is any file of the journal that may be read.
    static func look(_ settings: JournalSettings) -> Finding {
        let directories = settings.directory.map { [$0] } ?? ofThisMachine
        var refused: Int32 = 0
        for directory in directories {
            for path in paths(in: directory, &refused) {
                if access(path, R_OK) == 0 { return .readable }
                refused = errno
            }
        }
        let isThere = directories.contains { access($0, F_OK) == 0 }
        let failure = CollectionFailure.unreadable(
            path: settings.directory ?? "the journal", reason: reason(refused, isThere: isThere, settings))
        return refused == 0 ? .missing(failure) : .refused(failure)
    }

    // MARK: - Private

    /// Of a directory and those in it, one for each machine.
    private static func paths(in directory: String, _ refused: inout Int32) -> [String] {
        var found: [String] = []
        for name in names(in: directory, &refused) {
            let path = "\(directory)/\(name)"
            if isJournal(name) {
                found.append(path)
            } else if !name.contains(".") {
                found += names(in: path, &refused).filter(isJournal).map { "\(path)/\($0)" }
            }
        }
        return found
    }

    private static func names(in directory: String, _ refused: inout Int32) -> [String] {
        do throws(SystemError) {
            return try Directory.names(in: directory)
        } catch {
            if error.code == EACCES { refused = EACCES }
            return []
        }
    }

    private static func isJournal(_ name: String) -> Bool { name.hasSuffix(".journal") || name.hasSuffix(".journal~") }

    private static func reason(_ refused: Int32, isThere: Bool, _ settings: JournalSettings) -> String {
        if refused == EACCES { return "Permission denied; let the agent's user be a member of the group systemd-journal" }
        if refused != 0 { return String(cString: strerror(refused)) }
        if settings.directory == nil {
            return "neither \(ofThisMachine.joined(separator: " nor ")) has a file of it; it is read as soon as systemd-journald writes one"
        }
        return isThere
            ? "there is no file of a journal in it; it is read as soon as there is one"
            : "there is no such directory; it is read as soon as there is one"
    }
}
