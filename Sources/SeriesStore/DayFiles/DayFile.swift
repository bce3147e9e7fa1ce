import Foundation
import GRDB
import PostwatchModel
import PostwatchRuntime

/// The samples of one UTC day in one SQLite file. The layout is in `docs/formats/series-day-file.md`.
///
/// Reading runs beside writing. Of two samples of one series at one time the one that was written first counts.
final class DayFile: Sendable {
    /// Names a block of this file in reports: its row.
    typealias BlockNumber = Int64

    let day: Day
    let path: String
    let pool: DatabasePool

    /// Opens the file, or creates it. Blocks.
    init(day: Day, directory: String) throws(SeriesStoreFailure) {
        self.day = day
        self.path = "\(directory)/\(day.fileName)"
        var configuration = Configuration()
        configuration.maximumReaderCount = 2
        configuration.label = day.fileName
        // A flush and a query may open the same file at once, and only one of them can set it up.
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase(DayFileSchema.configure)
        do {
            try Self.create(path, configuration)
            pool = try DatabasePool(path: path, configuration: configuration)
            // The journal forgets what is committed here: a commit has to survive a power cut.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try pool.read(DayFileSchema.check)
        } catch {
            throw Self.failure(error, path: "\(directory)/\(day.fileName)")
        }
    }

    /// Adds samples of this day, all or none. Blocks until they are on disk.
    func write(_ batch: SeriesBatch) throws(SeriesStoreFailure) {
        try write { appender in
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
    private static func create(_ path: String, _ configuration: Configuration) throws {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_size > 0 else { throw SeriesStoreFailure.damaged(path: path, reason: "it is empty") }
            return
        }
        let draft = "\(path).\(UInt64.random(in: .min ... .max))\(draftSuffix)"
        defer { unlink(draft) }
        let database = try DatabaseQueue(path: draft, configuration: configuration)
        try database.write(DayFileSchema.create)
        try database.close()
        // Unlike a rename, this does not replace what somebody else has made meanwhile.
        guard link(draft, path) == 0 || errno == EEXIST else { throw SeriesStoreFailure(SystemError(errno, "create", path)) }
    }

    /// Ends the names of files that are being made. What a crash leaves of them is nothing.
    static let draftSuffix = ".new"

    // MARK: Shared by the chapters

    /// One transaction, after which the write-ahead file is emptied.
    func change<Result>(_ body: (Database) throws -> Result) throws(SeriesStoreFailure) -> Result {
        do {
            let result = try pool.write(body)
            // Best effort: what stays in the write-ahead file, because a query still reads it, is as safe there.
            _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
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
        default: return .unusable(path: path, reason: "\(path): \(error.message ?? "SQLite error \(error.resultCode.rawValue)")")
        }
    }
}
