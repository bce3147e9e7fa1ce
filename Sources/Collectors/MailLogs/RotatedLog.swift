import Glibc

/// A log that was set aside beside the one that is being written, not compressed: `mail.log.1`, `mail.log-20261121`.
struct RotatedLog: Hashable, Sendable {
    let path: String
    let status: LogFile.Status
    /// `.1`, `.2`: they move at each rotation. Otherwise a date, which stays.
    let isNumbered: Bool
    /// Rises with the age of the youngest line: of two of the same kind, the greater is the newer.
    let rank: Int

    /// All of them beside `path`. None when the directory cannot be read.
    static func all(of path: String) -> [RotatedLog] {
        guard let slash = path.lastIndex(of: "/") else { return [] }
        let directory = String(path[...slash])
        let base = String(path[path.index(after: slash)...])
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var found: [RotatedLog] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
                    String(cString: $0)
                }
            }
            guard name.hasPrefix(base), let log = RotatedLog(directory + name, suffix: name.dropFirst(base.count)) else { continue }
            found.append(log)
        }
        return found
    }

    /// The file that was written next after `position`'s, of `logs` and the log at `path`, and has something in it; `nil` when that is
    /// none.
    static func next(after position: MailLogPosition, among logs: [RotatedLog], path: String) -> String? {
        let filled = logs.filter { $0.status.size > 0 && $0.status.file != position.file }
        let newer: [RotatedLog]
        if let own = logs.first(where: { $0.status.file == position.file }) {
            // The names tell the order, whatever touched the files since.
            newer = filled.filter { $0.isNumbered == own.isNumbered && $0.rank > own.rank }.sorted { $0.rank < $1.rank }
        } else {
            newer = filled.filter { $0.status.modified > position.modified }.sorted { $0.status.modified < $1.status.modified }
        }
        if let first = newer.first { return first.path }
        guard let current = LogFile.Status.of(path), current.size > 0, current.file != position.file else { return nil }
        return path
    }

    // MARK: - Private

    private init?(_ path: String, suffix: Substring) {
        guard let first = suffix.first, first == "." || first == "-" else { return nil }
        let digits = suffix.filter(\.isASCII).filter(\.isNumber)
        guard suffix.dropFirst().first?.isNumber == true, let number = Int(digits),
            suffix.allSatisfy({ $0.isNumber || $0 == "." || $0 == "-" || $0 == "_" || $0 == "T" }),
            let status = LogFile.Status.of(path), status.isRegular
        else { return nil }
        self.path = path
        self.status = status
        isNumbered = digits.count < 5
        rank = isNumbered ? -number : number
    }
}
