import GRDB

extension DayFile {
    /// What reading a whole file brought to light.
    struct Verification: Hashable, Sendable {
        var blocks = 0
        /// Series of all blocks; one that is in several blocks counts in each.
        var series = 0
        var samples = 0
        var histograms = 0
        /// One sentence for each thing that is wrong. A sound file has none.
        var faults: [String] = []
    }

    /// Reads every byte of the file. Blocks.
    func verify() throws(SeriesStoreFailure) -> Verification {
        do {
            return try pool.read(Verification.init)
        } catch {
            let failure = Self.failure(error, path: path)
            guard case .damaged(_, let reason) = failure else { throw failure }
            return Verification(faults: ["SQLite: \(reason)"])
        }
    }
}

extension DayFile.Verification {
    /// Reads every byte: all checksums, all chunks, the columns of each block against what is in it, and SQLite's own check.
    init(_ database: Database) throws {
        let decompressor = ZstandardDecompressor()
        let rows = try Row.fetchCursor(
            database, sql: "SELECT id, first, last, first_metric, last_metric, series, samples FROM blocks NOT INDEXED ORDER BY id")
        while let row = try rows.next() {
            let id: DayFile.BlockNumber = try row.checked(0)
            let said = BlockSummary(
                first: try row.checked(1), last: try row.checked(2), firstMetric: try row.checked(3), lastMetric: try row.checked(4),
                series: try row.checked(5), samples: try row.checked(6))
            blocks += 1
            guard let found = try BlockSummary(of: id, in: BlockTable(database), with: decompressor) else {
                faults.append("block \(id) cannot be read")
                continue
            }
            series += found.series
            samples += found.samples
            if found != said { faults.append("block \(id) does not hold what its row says") }
        }
        if try HistogramTable.exists(in: database) { try readHistograms(of: database, with: decompressor) }
        let answers = try String.fetchAll(database, sql: "PRAGMA integrity_check")
        if answers != ["ok"] { faults += answers.map { "SQLite: \($0)" } }
    }

    // MARK: - Private

    private mutating func readHistograms(of database: Database, with decompressor: ZstandardDecompressor) throws {
        let table = HistogramTable(database)
        for entry in try table.entries(from: .min, through: .max) {
            guard let points = try table.points(of: entry, with: decompressor) else {
                faults.append("row \(entry.id) of histograms cannot be read")
                continue
            }
            histograms += points.count
        }
    }
}
