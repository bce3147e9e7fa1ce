import CXXHash
import Foundation
import GRDB
import PostwatchModel

/// The statements on the table `histograms`. All of them throw what SQLite throws.
///
/// A time of a series is in one row at most, and never beside a sample in a block: what a flush brings is held against what is there
/// (`HistogramWriter`, `HistogramTimes`). So rows need no order among themselves.
struct HistogramTable {
    /// A row without its blob.
    struct Entry: Hashable, Sendable {
        var id: Int64
        var labels: LabelSet
        var first: Int64
        var last: Int64
        var samples: Int
        /// Whether the row is what was written, as its seal says. If not, nothing of the above can be trusted.
        var isSound: Bool

        /// Names the row in reports of damage, where numbers above zero are blocks.
        var number: DayFile.BlockNumber { -id }
    }

    /// What the rows of one series have in common, as it stands in the table: of damaged rows too.
    struct Key: Hashable, Sendable {
        var metric: DatabaseValue
        var labels: DatabaseValue
    }

    /// From this version on a file has the table.
    static let schemaVersion = 3

    let database: Database

    init(_ database: Database) {
        self.database = database
    }

    /// Files of older releases have no such table until something is written to it.
    static func exists(in database: Database) throws -> Bool {
        try (Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0) >= schemaVersion
    }

    // MARK: - Finding

    /// Rows that may have what is looked for, each series' own in the order of time, and those that are not sound: nobody knows what they
    /// had. Reads no blob, and with a metric only its series.
    func entries(metric: [UInt8]? = nil, labels: LabelSet? = nil, from start: Int64, through end: Int64) throws -> [Entry] {
        // The range is not asked of SQLite: a damaged time must not hide a row.
        var sql = "SELECT id, labels, first, last, samples, seal FROM histograms WHERE TRUE"
        var arguments: StatementArguments = []
        if let metric = metric ?? labels.map(Self.metric) {
            sql += " AND metric = ?"
            arguments += [Data(metric)]
        }
        if let labels {
            sql += " AND labels = ?"
            arguments += [Data(labels.bytes)]
        }
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: sql + " ORDER BY metric, labels, first, id"), arguments: arguments)
        var entries: [Entry] = []
        while let row = try rows.next() {
            let entry = try Self.entry(row)
            if !entry.isSound || (entry.first <= end && entry.last >= start) { entries.append(entry) }
        }
        return entries
    }

    /// The same for series that satisfy all matchers.
    func entries(_ matchers: [LabelMatcher], from start: Int64, through end: Int64) throws -> [Entry] {
        guard start <= end else { return [] }
        let selectors = matchers.map(LabelSelector.init)
        var known: LabelSet?
        var isMatching = false
        return try entries(metric: LabelSelector.metric(of: matchers), from: start, through: end).filter { entry in
            if !entry.isSound { return true }
            if entry.labels != known {
                known = entry.labels
                isMatching = entry.labels.bytes.withUnsafeBytes { labels in selectors.allSatisfy { $0.matches(labels: labels) } }
            }
            return isMatching
        }
    }

    /// All rows of one series at some levels, in the order of their first times.
    func entries(of key: Key, levels: ClosedRange<Int>) throws -> [Entry] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT id, labels, first, last, samples, seal FROM histograms
                WHERE metric IS ? AND labels IS ? AND level BETWEEN ? AND ? ORDER BY first, id
                """,
            arguments: [key.metric, key.labels, levels.lowerBound, levels.upperBound])
        var entries: [Entry] = []
        while let row = try rows.next() { entries.append(try Self.entry(row)) }
        return entries
    }

    /// Series, and the level of one of their rows, as the rest of a statement says.
    func series(_ condition: String, limit: Int) throws -> [(key: Key, level: Int)] {
        let rows = try Row.fetchCursor(database, sql: "SELECT metric, labels, level FROM histograms \(condition) LIMIT \(limit)")
        var series: [(key: Key, level: Int)] = []
        while let row = try rows.next() {
            let level: Int = try row.checked(2)
            series.append((Key(metric: row[0], labels: row[1]), min(max(level, 0), 1 << 20)))
        }
        return series
    }

    /// The time of the newest histogram of all; `nil` when there is none.
    func newest() throws -> Int64? {
        try Int64.fetchOne(database, sql: "SELECT max(last) FROM histograms")
    }

    /// How many histograms the rows say that they have.
    func count() throws -> Int {
        try Int.fetchOne(database, sql: "SELECT coalesce(sum(samples), 0) FROM histograms") ?? 0
    }

    /// The content of a row; `nil` when it is damaged.
    func points(of entry: Entry, with decompressor: ZstandardDecompressor) throws -> [HistogramPoint]? {
        guard entry.isSound else { return nil }
        let statement = try database.cachedStatement(sql: "SELECT data FROM histograms WHERE id = ?")
        let rows = try Row.fetchCursor(statement, arguments: [entry.id])
        guard let row = try rows.next() else { return nil }
        let content = try row.withUnsafeData(atIndex: 0) { data in
            data?.withUnsafeBytes { SealedBlob.open($0, as: .histograms, with: decompressor) }
        }
        guard let points = content.flatMap({ $0.withUnsafeBytes(HistogramChunk.decode) }), points.first?.timestamp == entry.first,
            points.last?.timestamp == entry.last, points.count == entry.samples
        else { return nil }
        return points
    }

    // MARK: - Changing

    func insert(_ chunk: HistogramChunk, of labels: LabelSet, level: Int, with compressor: ZstandardCompressor) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO histograms (metric, labels, level, first, last, samples, seal, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            Data(Self.metric(of: labels)), Data(labels.bytes), level, chunk.first, chunk.last, chunk.count,
            Self.seal(of: labels, chunk.first, chunk.last, chunk.count),
            Data(SealedBlob.seal(chunk.encoded, as: .histograms, with: compressor)),
        ])
    }

    func replace(_ entry: Entry, with chunk: HistogramChunk, compressor: ZstandardCompressor) throws {
        let statement = try database.cachedStatement(
            sql: "UPDATE histograms SET first = ?, last = ?, samples = ?, seal = ?, data = ? WHERE id = ?")
        try statement.execute(arguments: [
            chunk.first, chunk.last, chunk.count, Self.seal(of: entry.labels, chunk.first, chunk.last, chunk.count),
            Data(SealedBlob.seal(chunk.encoded, as: .histograms, with: compressor)), entry.id,
        ])
    }

    func setLevel(_ level: Int, of id: Int64) throws {
        try database.cachedStatement(sql: "UPDATE histograms SET level = ? WHERE id = ?").execute(arguments: [level, id])
    }

    func delete(_ id: Int64) throws {
        try database.cachedStatement(sql: "DELETE FROM histograms WHERE id = ?").execute(arguments: [id])
    }

    static func metric(of labels: LabelSet) -> [UInt8] {
        labels.bytes.withUnsafeBytes { Array(LabelBytes.metricName(in: $0)) }
    }

    // MARK: - Private

    private static func entry(_ row: Row) throws -> Entry {
        let labels = Data.fromDatabaseValue(row[1]).flatMap { $0.withUnsafeBytes { LabelSet(checking: $0) } }
        let (first, last): (Int64, Int64) = try (row.checked(2), row.checked(3))
        let samples: Int = try row.checked(4)
        let stored: Int64 = try row.checked(5)
        let isSound = labels.map { seal(of: $0, first, last, samples) == stored } ?? false
        return Entry(id: try row.checked(0), labels: labels ?? LabelSet(), first: first, last: last, samples: samples, isSound: isSound)
    }

    /// XXH3, 64 bits, of label bytes, times and count.
    private static func seal(of labels: LabelSet, _ first: Int64, _ last: Int64, _ samples: Int) -> Int64 {
        var bytes = labels.bytes
        for number in [first, last, Int64(samples)] { bytes.append(littleEndian: UInt64(bitPattern: number)) }
        return bytes.withUnsafeBytes { Int64(bitPattern: xxh3_64bits_seeded($0.baseAddress, $0.count, UInt64(schemaVersion))) }
    }
}
