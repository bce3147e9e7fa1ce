import CSystemd
import Glibc
import PostwatchModel

/// A journal that is open for reading, on one entry of it or between two. Closed with the last use.
///
/// It must be used, and let go, on the thread that opened it: the library asks for that, and a lock does not replace it. Source:
/// sd-journal(3).
final class JournalReader {
    /// What the search for an entry found.
    enum Found: Hashable, Sendable {
        case itself
        /// It is gone; the first that is there behind it.
        case next
        /// It is gone, and nothing is behind it yet.
        case nothing
    }

    private let journal: OpaquePointer
    private let place: String

    /// Opens the files that there are; those that come later are seen by `refresh()`.
    /// - Throws: `unreadable`, with what to do about it.
    init(_ settings: JournalSettings) throws(CollectionFailure) {
        place = settings.place
        var opened: OpaquePointer?
        let result =
            if let directory = settings.directory {
                sd_journal_open_directory(&opened, directory, 0)
            } else {
                sd_journal_open(&opened, Int32(SD_JOURNAL_LOCAL_ONLY))
            }
        guard result >= 0, let opened else { throw Self.unreadable(settings.place, result) }
        journal = opened
        // What is behind is not unpacked.
        try check(sd_journal_set_data_threshold(journal, Self.longestField))
        for match in settings.matches {
            try check(sd_journal_add_match(journal, match, match.utf8.count))
            try check(sd_journal_add_disjunction(journal))
        }
        // Asked for, so that it watches for new files.
        try check(sd_journal_get_fd(journal))
    }

    deinit {
        sd_journal_close(journal)
    }

    /// Sees files that came or went since.
    func refresh() throws(CollectionFailure) {
        try check(sd_journal_process(journal))
    }

    /// Stands before the first entry.
    func rewind() throws(CollectionFailure) {
        try check(sd_journal_seek_head(journal))
    }

    /// Stands on the last entry. `false` when there is none; then it stands before the first.
    func seekLast() throws(CollectionFailure) -> Bool {
        try check(sd_journal_seek_tail(journal))
        if try check(sd_journal_previous(journal)) > 0 { return true }
        try rewind()
        return false
    }

    /// Stands on the entry of `cursor`, or on the first behind it when it is gone.
    func seek(_ cursor: String) throws(CollectionFailure) -> Found {
        try check(sd_journal_seek_cursor(journal, cursor))
        guard try next() else { return .nothing }
        return try check(sd_journal_test_cursor(journal, cursor)) > 0 ? .itself : .next
    }

    /// Goes one entry on; `false` when there is none yet.
    func next() throws(CollectionFailure) -> Bool {
        try check(sd_journal_next(journal)) > 0
    }

    /// What finds the entry again.
    func cursor() throws(CollectionFailure) -> String {
        var text: UnsafeMutablePointer<CChar>?
        try check(sd_journal_get_cursor(journal, &text))
        defer { free(text) }
        return text.map { String(cString: $0) } ?? ""
    }

    /// When the journal took the entry, in seconds since 1970-01-01T00:00:00Z.
    func seconds() -> Int64? {
        var microseconds: UInt64 = 0
        return sd_journal_get_realtime_usec(journal, &microseconds) >= 0 ? Int64(microseconds / 1_000_000) : nil
    }

    /// Appends what stands in a field of the entry, up to `limit` bytes; of a text of several lines, all in one. `false` when there is no
    /// such field.
    func append(_ field: StaticString, to line: inout [UInt8], upTo limit: Int) -> Bool {
        var data: UnsafeRawPointer?
        var length = 0
        let name = UnsafeRawPointer(field.utf8Start).assumingMemoryBound(to: CChar.self)
        guard sd_journal_get_data(journal, name, &data, &length) >= 0, let data else { return false }
        // The field itself stands in front: `MESSAGE=`.
        let skipped = field.utf8CodeUnitCount + 1
        guard length >= skipped else { return false }
        let value = UnsafeRawBufferPointer(start: data + skipped, count: min(length - skipped, max(0, limit)))
        line += value
        line.withUnsafeMutableBytes { OneLine.joinLines(in: UnsafeMutableRawBufferPointer(rebasing: $0.suffix(value.count))) }
        return true
    }

    // MARK: - Private

    private static let longestField = 1 << 16

    @discardableResult
    private func check(_ result: Int32) throws(CollectionFailure) -> Int32 {
        guard result >= 0 else { throw Self.unreadable(place, result) }
        return result
    }

    private static func unreadable(_ place: String, _ result: Int32) -> CollectionFailure {
        .unreadable(path: place == "journal" ? "the journal" : place, reason: String(cString: strerror(-result)))
    }
}
