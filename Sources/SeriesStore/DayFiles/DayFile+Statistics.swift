import GRDB

extension DayFile {
    /// How much a file holds, and what takes the space.
    struct Statistics: Hashable, Sendable {
        var runs = 0
        var blocks = 0
        /// Series of all blocks; one that is in several blocks counts in each.
        var series = 0
        var samples = 0
        /// Native histograms.
        var histograms = 0
        /// Compressed, with their labels.
        var histogramBytes = 0
        /// Compressed label columns.
        var labelBytes = 0
        /// Compressed chunks.
        var chunkBytes = 0
        /// The database without its write-ahead file.
        var fileBytes = 0
        /// Space inside of the file that new blocks will use.
        var freeBytes = 0
    }

    /// Blocks for as long as it takes to look at every row.
    func statistics() throws(SeriesStoreFailure) -> Statistics {
        do {
            return try pool.read { database in
                var statistics = Statistics()
                let row = try Row.fetchOne(
                    database,
                    sql: """
                        SELECT count(DISTINCT run), count(*), coalesce(sum(series), 0), coalesce(sum(samples), 0),
                            coalesce(sum(length(labels)), 0), coalesce(sum(length(data)), 0)
                        FROM blocks
                        """)
                if let row {
                    (statistics.runs, statistics.blocks, statistics.series) = try (row.checked(0), row.checked(1), row.checked(2))
                    (statistics.samples, statistics.labelBytes, statistics.chunkBytes) = try (
                        row.checked(3), row.checked(4), row.checked(5)
                    )
                }
                if try HistogramTable.exists(in: database),
                    let row = try Row.fetchOne(
                        database,
                        sql: "SELECT coalesce(sum(samples), 0), coalesce(sum(length(labels) + length(data)), 0) FROM histograms")
                {
                    (statistics.histograms, statistics.histogramBytes) = try (row.checked(0), row.checked(1))
                }
                let pageBytes = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0
                statistics.fileBytes = try pageBytes * (Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0)
                statistics.freeBytes = try pageBytes * (Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0)
                return statistics
            }
        } catch {
            throw Self.failure(error, path: path)
        }
    }
}

extension DayFile {
    /// The time of the newest sample, in milliseconds; `nil` when there is none. Blocks.
    func newestTimestamp() throws(SeriesStoreFailure) -> Int64? {
        do {
            return try pool.read { database in
                let sample = try Int64.fetchOne(database, sql: "SELECT max(last) FROM blocks")
                guard try HistogramTable.exists(in: database), let histogram = try HistogramTable(database).newest() else { return sample }
                return max(sample ?? .min, histogram)
            }
        } catch {
            throw Self.failure(error, path: path)
        }
    }
}
