import GRDB
import PostwatchModel
import PostwatchRuntime

/// The samples of one UTC day in one SQLite file. The layout is in `docs/formats/series-day-file.md`.
final class DayFile: Sendable {
    /// What a query found, and how many chunks it had to pass over.
    struct Selection: Sendable {
        var series: [SeriesColumns] = []
        var damagedChunks = 0
    }

    let day: Day
    let path: String
    private let pool: DatabasePool

    /// Opens the file, or creates it.
    init(day: Day, directory: String) throws(SeriesStoreFailure) {
        self.day = day
        self.path = "\(directory)/\(day.fileName)"
        do {
            var configuration = Configuration()
            configuration.maximumReaderCount = 2
            configuration.label = day.fileName
            pool = try DatabasePool(path: path, configuration: configuration)
            // The journal forgets what is committed here: a commit has to survive a power cut.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try pool.write(DayFileSchema.prepare)
        } catch {
            throw Self.failure(error, path: "\(directory)/\(day.fileName)")
        }
    }

    /// Adds samples of this day, all or none. Blocks until they are on disk.
    func write(_ series: [SeriesColumns]) throws(SeriesStoreFailure) {
        do {
            try pool.write { database in
                for columns in series { try Self.insert(columns, into: database) }
            }
            // Best effort: what stays in the write-ahead file is as safe there.
            _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    /// The samples in `start ... end` of series that satisfy `matchers`.
    func select(_ matchers: [LabelMatcher], from start: Int64, through end: Int64) async throws(SeriesStoreFailure) -> Selection {
        do {
            return try await pool.read { try Self.select(matchers, from: start, through: end, in: $0) }
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    /// The same for callers that may block.
    func selectBlocking(_ matchers: [LabelMatcher], from start: Int64, through end: Int64) throws(SeriesStoreFailure) -> Selection {
        do {
            return try pool.read { try Self.select(matchers, from: start, through: end, in: $0) }
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    // MARK: - Private

    private static func insert(_ columns: SeriesColumns, into database: Database) throws {
        var writer = ByteWriter()
        LabelCoding.encode(columns.labels, into: &writer)
        let series = try seriesNumber(of: columns.labels, encoded: writer.bytes, in: database)
        let statement = try database.cachedStatement(
            sql: "INSERT INTO chunks (series, first, last, data) VALUES (?, ?, ?, ?)")
        for start in stride(from: 0, to: columns.timestamps.count, by: DayFileSchema.samplesPerChunk) {
            let range = start..<min(start + DayFileSchema.samplesPerChunk, columns.timestamps.count)
            let chunk = SampleColumns(timestamps: Array(columns.timestamps[range]), values: Array(columns.values[range]))
            try statement.execute(
                arguments: [series, chunk.timestamps[0], chunk.timestamps[chunk.count - 1], data(Chunk.encode(chunk))])
        }
    }

    private static func seriesNumber(of labels: LabelSet, encoded: [UInt8], in database: Database) throws -> Int64 {
        let find = try database.cachedStatement(sql: "SELECT id FROM series WHERE labels = ?")
        if let known = try Int64.fetchOne(find, arguments: [data(encoded)]) { return known }
        try database.cachedStatement(sql: "INSERT INTO series (labels) VALUES (?)").execute(arguments: [data(encoded)])
        let number = database.lastInsertedRowID
        let post = try database.cachedStatement(sql: "INSERT OR IGNORE INTO postings (name, value, series) VALUES (?, ?, ?)")
        for label in labels.labels { try post.execute(arguments: [label.name, label.value, number]) }
        return number
    }

    private static func select(
        _ matchers: [LabelMatcher], from start: Int64, through end: Int64, in database: Database
    ) throws -> Selection {
        var selection = Selection()
        let chunks = try database.cachedStatement(
            sql: "SELECT data FROM chunks WHERE series = ? AND first <= ? AND last >= ? ORDER BY id")
        for (number, labels) in try matchingSeries(matchers, in: database) {
            var columns = SampleColumns()
            let rows = try Row.fetchCursor(chunks, arguments: [number, end, start])
            while let row = try rows.next() {
                let chunk = try row.withUnsafeData(atIndex: 0) { data in data?.withUnsafeBytes(Chunk.decode) }
                guard let chunk else {
                    selection.damagedChunks += 1
                    continue
                }
                columns.merge(chunk.slice(from: start, through: end))
            }
            guard !columns.isEmpty else { continue }
            selection.series.append(SeriesColumns(labels: labels, timestamps: columns.timestamps, values: columns.values))
        }
        return selection
    }

    /// Equality is answered by the postings, everything else by looking at the labels that are left.
    private static func matchingSeries(_ matchers: [LabelMatcher], in database: Database) throws -> [(Int64, LabelSet)] {
        let equalities = matchers.filter { $0.operation == .equal && !$0.value.isEmpty }
        let condition = equalities.map { _ in "id IN (SELECT series FROM postings WHERE name = ? AND value = ?)" }
        let sql = "SELECT id, labels FROM series" + (condition.isEmpty ? "" : " WHERE " + condition.joined(separator: " AND "))
        var found: [(Int64, LabelSet)] = []
        let rows = try Row.fetchCursor(
            database, sql: sql, arguments: StatementArguments(equalities.flatMap { [$0.name, $0.value] }))
        while let row = try rows.next() {
            let labels = try row.withUnsafeData(atIndex: 1) { data in
                data?.withUnsafeBytes { bytes in
                    var reader = ByteReader(bytes)
                    return LabelCoding.decode(&reader)
                }
            }
            guard let labels else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a label set cannot be read") }
            if matchers.allSatisfy({ $0.matches(labels) }) { found.append((row[0], labels)) }
        }
        return found
    }

    private static func failure(_ error: any Error, path: String) -> SeriesStoreFailure {
        guard let error = error as? DatabaseError else { return .unusable(path: path, reason: "\(path): \(error)") }
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: return .damaged(path: path, reason: error.message ?? "not a database")
        case .SQLITE_FULL: return .diskFull(path: path)
        default: return .unusable(path: path, reason: "\(path): \(error.message ?? "SQLite error \(error.resultCode.rawValue)")")
        }
    }
}
