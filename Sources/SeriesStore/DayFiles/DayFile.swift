import Foundation
import GRDB
import PostwatchModel
import PostwatchRuntime

/// The samples of one UTC day, or the summaries of one UTC month, in one SQLite file. The layouts are in
/// `docs/formats/series-day-file.md` and `docs/formats/series-month-file.md`.
///
/// Reading runs beside writing. Of two samples of one series at one time the one that was written first counts.
final class DayFile: Sendable {
    /// Names a block of this file in reports: its row.
    typealias BlockNumber = Int64

    let span: StoredSpan
    let path: String
    let pool: DatabasePool
    /// That of the file which was opened, whatever is at its path by now.
    private let inode: UInt64

    /// Opens the file, or creates it. Blocks.
    init(_ span: StoredSpan, directory: String) throws(SeriesStoreFailure) {
        self.span = span
        let path = "\(directory)/\(span.fileName)"
        self.path = path
        var configuration = Configuration()
        configuration.maximumReaderCount = 2
        configuration.label = span.fileName
        // A flush and a query may open the same file at once, and only one of them can set it up.
        configuration.busyMode = .timeout(Double(Self.busyMilliseconds) / 1000)
        configuration.prepareDatabase(DayFileSchema.configure)
        do {
            try Self.create(span, path, configuration)
            pool = try DatabasePool(path: path, configuration: configuration)
            inode = Self.inode(of: path)
            try Self.allocateSharedMemory(of: path)
            // The journal forgets what is committed here: a commit has to survive a power cut.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try pool.read(DayFileSchema.check)
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    /// Whether its path still leads to it: it has neither been set aside nor deleted.
    var isInPlace: Bool { Self.inode(of: path) == inode }

    /// Adds samples of this day, all or none. Blocks until they are on disk.
    func write(_ batch: SeriesBatch) throws(SeriesStoreFailure) {
        try write { appender in
            try appender.append(batch.histograms)
            try batch.forEachInOrder { try appender.append(labels: $0, timestamps: $1, values: $2) }
        }
    }

    /// The same for more than should be in memory at once: `body` gives the appender one series after the other, all in one transaction.
    /// What `body` throws takes everything back.
    func write(_ body: (BlockAppender) throws -> Void) throws(SeriesStoreFailure) {
        try change { database in
            let appender = try BlockAppender(database)
            try body(appender)
            try appender.finish()
        }
    }

    // MARK: - Private

    /// Makes the file with its tables, unless there is one. It gets its name when it is complete: an empty one under that name has lost
    /// its content.
    private static func create(_ span: StoredSpan, _ path: String, _ configuration: Configuration) throws {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_size > 0 else { throw SeriesStoreFailure.damaged(path: path, reason: "it is empty") }
            return
        }
        let draft = "\(path).\(UInt64.random(in: .min ... .max))\(draftSuffix)"
        defer { unlink(draft) }
        let database = try DatabaseQueue(path: draft, configuration: configuration)
        try database.write { database in
            try DayFileSchema.create(database)
            if span.isMonth { try SummaryLedger.createTables(database) }
        }
        try database.close()
        // Unlike a rename, this does not replace what somebody else has made meanwhile.
        guard link(draft, path) == 0 || errno == EEXIST else { throw SeriesStoreFailure(SystemError(errno, "create", path)) }
    }

    /// SQLite extends its shared memory by a byte per page, and writes to the rest through a mapping: where blocks are smaller than pages,
    /// a full disk would end the process there.
    private static func allocateSharedMemory(of path: String) throws {
        let descriptor = open("\(path)-shm", O_RDWR | O_CLOEXEC)
        if descriptor < 0 { return }
        defer { close(descriptor) }
        let failure = posix_fallocate(descriptor, 0, sharedMemoryBytes)
        if failure == ENOSPC { throw SeriesStoreFailure.diskFull(path: path) }
    }

    /// One region of it, which lasts for 4096 pages in the write-ahead file.
    private static let sharedMemoryBytes = off_t(32 << 10)

    private static func inode(of path: String) -> UInt64 {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : 0
    }

    /// Ends the names of files that are being made. What a crash leaves of them is nothing.
    static let draftSuffix = ".new"

    private static let busyMilliseconds = 10_000

    // MARK: Shared by the chapters

    /// One transaction, after which the write-ahead file is emptied.
    func change<Result>(_ body: (Database) throws -> Result) throws(SeriesStoreFailure) -> Result {
        do {
            let result = try pool.write(body)
            // Best effort: what stays in the write-ahead file, because a query still reads it, is as safe there. Not worth a wait.
            try? pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA busy_timeout = 0")
                defer { try? database.execute(sql: "PRAGMA busy_timeout = \(Self.busyMilliseconds)") }
                try database.checkpoint(.passive)
                try database.checkpoint(.truncate)
            }
            return result
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    static func failure(_ error: any Error, path: String) -> SeriesStoreFailure {
        if let failure = error as? SeriesStoreFailure { return failure }
        if error is RowDecodingError { return .damaged(path: path, reason: "a row holds another kind of value than was stored") }
        guard let error = error as? DatabaseError else { return .unusable(path: path, reason: "\(path): \(error)") }
        switch error.resultCode {
        // All statements are fixed: one that does not fit the tables (`SQLITE_ERROR`) has met a damaged schema.
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR: return .damaged(path: path, reason: error.message ?? "not a database")
        case .SQLITE_FULL: return .diskFull(path: path)
        case .SQLITE_FORMAT: return .foreign(path: path, reason: error.message ?? "of another version")
        default: return .unusable(path: path, reason: "\(path): \(error.message ?? "SQLite error \(error.resultCode.rawValue)")")
        }
    }
}
