import Foundation
import GRDB

/// The statements on the table `blocks`. All of them throw what SQLite throws.
struct BlockTable {
    /// A row without its blobs.
    struct Entry: Hashable, Sendable {
        var id: Int64
        var run: Int64
        var level: Int
    }

    let database: Database

    init(_ database: Database) {
        self.database = database
    }

    func insert(_ row: BlockRow) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO blocks (run, level, first, last, first_metric, last_metric, series, samples, labels, data)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: Self.arguments(row))
    }

    func replace(_ id: Int64, with row: BlockRow) throws {
        let statement = try database.cachedStatement(
            sql: """
                UPDATE blocks SET run = ?, level = ?, first = ?, last = ?, first_metric = ?, last_metric = ?, series = ?, samples = ?,
                    labels = ?, data = ? WHERE id = ?
                """)
        try change(id, statement, Self.arguments(row) + [id])
    }

    func delete(_ id: Int64) throws {
        try change(id, database.cachedStatement(sql: "DELETE FROM blocks WHERE id = ?"), [id])
    }

    func setLevel(_ level: Int, of id: Int64) throws {
        try change(id, database.cachedStatement(sql: "UPDATE blocks SET level = ? WHERE id = ?"), [level, id])
    }

    /// A number above those of all runs that are there or were there when the merge under way began.
    func nextRun() throws -> Int64 {
        // `run` has no index of its own, but the scan stays inside of the small one.
        try Int64.fetchOne(
            database,
            sql: "SELECT 1 + max(coalesce((SELECT max(run) FROM blocks), 0), coalesce((SELECT max(last_run) FROM merge), 0))") ?? 1
    }

    /// Blocks that may have what is looked for; of two samples at one time the one in the block that comes first here counts.
    func entries(metric: [UInt8]?, from start: Int64, through end: Int64) throws -> [Entry] {
        var sql = "SELECT id, run, level FROM blocks WHERE first <= ? AND last >= ?"
        var arguments: StatementArguments = [end, start]
        if let metric {
            sql += " AND first_metric <= ? AND last_metric >= ?"
            arguments += [Data(metric), Data(metric)]
        }
        return try Self.entries(Row.fetchCursor(database, sql: sql + " ORDER BY run, id", arguments: arguments))
    }

    /// Blocks that a merge takes in. Asks the table itself: a damaged index could name blocks for ever that are merged already.
    func entries(runs: ClosedRange<Int64>, belowLevel level: Int) throws -> [Entry] {
        try Self.entries(
            Row.fetchCursor(
                database, sql: "SELECT id, run, level FROM blocks NOT INDEXED WHERE run BETWEEN ? AND ? AND level < ? ORDER BY run, id",
                arguments: [runs.lowerBound, runs.upperBound, level]))
    }

    /// The content of a block's labels; `nil` when it is damaged.
    func labels(of id: Int64, with decompressor: ZstandardDecompressor) throws -> LabelColumns? {
        try blob("labels", of: id, as: .labels, with: decompressor).flatMap(LabelColumns.init)
    }

    /// The content of a block's data; `nil` when it is damaged.
    func chunks(of id: Int64, series: Int, with decompressor: ZstandardDecompressor) throws -> BlockChunks? {
        try blob("data", of: id, as: .chunks, with: decompressor).flatMap { BlockChunks($0, series: series) }
    }

    // MARK: - Private

    /// A row that an index names and the table does not have is damage that SQLite did not notice; merging would meet it for ever.
    private func change(_ id: Int64, _ statement: Statement, _ arguments: StatementArguments) throws {
        try statement.execute(arguments: arguments)
        if database.changesCount != 1 {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the index names block \(id), which is not there")
        }
    }

    private func blob(
        _ column: String, of id: Int64, as format: SealedBlob.Format, with decompressor: ZstandardDecompressor
    ) throws -> [UInt8]? {
        let rows = try Row.fetchCursor(database.cachedStatement(sql: "SELECT \(column) FROM blocks WHERE id = ?"), arguments: [id])
        guard let row = try rows.next() else { return nil }
        return try row.withUnsafeData(atIndex: 0) { data in
            data?.withUnsafeBytes { SealedBlob.open($0, as: format, with: decompressor) }
        }
    }

    private static func entries(_ rows: RowCursor) throws -> [Entry] {
        var entries: [Entry] = []
        while let row = try rows.next() {
            entries.append(Entry(id: try row.checked(0), run: try row.checked(1), level: try row.checked(2)))
        }
        return entries
    }

    private static func arguments(_ row: BlockRow) -> StatementArguments {
        [
            row.run, row.level, row.first, row.last, Data(row.firstMetric), Data(row.lastMetric), row.series, row.samples,
            Data(row.labels), Data(row.data),
        ]
    }
}
