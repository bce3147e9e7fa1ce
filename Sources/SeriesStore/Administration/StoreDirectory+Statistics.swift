import GRDB
import PostwatchRuntime

extension StoreDirectory {
    /// Looks at every row of every file, and at no sample. Blocks.
    public func statistics() throws(SeriesStoreFailure) -> StoreStatistics {
        var statistics = StoreStatistics()
        for name in try fileNames() {
            var file = StoreStatistics.File(name: name)
            do throws(SeriesStoreFailure) {
                guard let read = try reader(of: name).read({ try Self.statistics(of: $0, name: name) }) else { continue }
                file = read
            } catch {
                file.fault = error.reason
            }
            file.bytes = bytes(of: [name])
            statistics.files.append(file)
        }
        let segments = try journalSegments()
        statistics.journalSegments = segments.count
        statistics.journalBytes = bytes(of: segments.map { String(JournalSegment.path($0, in: "").dropFirst()) })
        statistics.setAside = try setAsideNames(.damaged)
        return statistics
    }

    // MARK: - Private

    private static func statistics(of file: DatabaseQueue, name: String) throws -> StoreStatistics.File {
        try file.read { database in
            var statistics = StoreStatistics.File(name: name)
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT count(*), coalesce(max(series), 0), coalesce(sum(blocks), 0), coalesce(sum(samples), 0)
                    FROM (SELECT sum(series) AS series, count(*) AS blocks, sum(samples) AS samples FROM blocks GROUP BY run)
                    """)
            if let row {
                (statistics.runs, statistics.series) = try (row.checked(0), row.checked(1))
                (statistics.blocks, statistics.samples) = try (row.checked(2), row.checked(3))
            }
            if try HistogramTable.exists(in: database) { statistics.histograms = try HistogramTable(database).count() }
            let pageBytes = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0
            statistics.freeBytes = try pageBytes * (Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0)
            return statistics
        }
    }
}
