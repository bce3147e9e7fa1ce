import Foundation
import PostwatchRuntime

/// The files of a store, looked at from outside: without its lock, beside a server that has it open, or when none runs.
public struct StoreDirectory: Sendable {
    /// Why a directory cannot be looked at.
    public enum Fault: Error, Hashable, Sendable {
        case missing(String)
        case empty(String)
        case notAStore(String)
        case unreadable(String, reason: String)
    }

    /// Where day files and journal lie.
    public let path: String

    /// - Parameter dataDirectory: that of a server, which keeps its series in `series`; or a store itself, such as a snapshot or a backup.
    public init(dataDirectory: String) throws(Fault) {
        let inner = "\(dataDirectory)/series"
        if access(inner, F_OK) == 0 {
            path = inner
            if try Self.names(in: inner).isEmpty { throw .empty(inner) }
            return
        }
        let names = try Self.names(in: dataDirectory)
        if names.isEmpty { throw .empty(dataDirectory) }
        guard names.contains(where: Self.belongsToStore) else { throw .notAStore(dataDirectory) }
        path = dataDirectory
    }

    // MARK: Shared by the chapters

    /// Names of all day files, oldest first, then those of all month files.
    func fileNames() throws(SeriesStoreFailure) -> [String] {
        try entries().compactMap(StoredSpan.init(fileName:)).sorted().map(\.fileName)
    }

    /// Numbers of all segments of the journal, oldest first.
    func journalSegments() throws(SeriesStoreFailure) -> [Int] {
        try entries().compactMap(JournalSegment.number).sorted()
    }

    /// Names of files that were set aside, since they were damaged or of another release.
    func setAsideNames(_ fault: DayFileShelf.Fault) throws(SeriesStoreFailure) -> [String] {
        try entries().filter { $0.hasPrefix("series-") && $0.hasSuffix(".\(fault.rawValue)") }
    }

    func reader(of name: String) -> DayFileReader {
        DayFileReader(path: "\(path)/\(name)")
    }

    /// What files of these names need on disk, with their write-ahead files; those that are gone need nothing.
    func bytes(of names: [String]) -> Int {
        var bytes = 0
        for name in names {
            for suffix in ["", "-wal"] {
                var status = stat()
                if stat("\(path)/\(name)\(suffix)", &status) == 0 { bytes += Int(status.st_size) }
            }
        }
        return bytes
    }

    // MARK: - Private

    private func entries() throws(SeriesStoreFailure) -> [String] {
        do throws(SystemError) { return try Directory.names(in: path) } catch { throw SeriesStoreFailure(error) }
    }

    private static func belongsToStore(_ name: String) -> Bool {
        StoredSpan(fileName: name) != nil || JournalSegment.number(ofFile: name) != nil
    }

    private static func names(in path: String) throws(Fault) -> [String] {
        do throws(SystemError) {
            return try Directory.names(in: path)
        } catch {
            throw error.code == ENOENT ? .missing(path) : .unreadable(path, reason: error.description)
        }
    }
}

extension StoreDirectory.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let path): "there is no directory \(path); name the server's data directory with --data"
        case .empty(let path): "the directory \(path) is empty: no server has kept samples there"
        case .notAStore(let path):
            "\(path) is neither a server's data directory, which has a directory \"series\", nor a snapshot or backup of one"
        case .unreadable(_, let reason): reason
        }
    }
}
