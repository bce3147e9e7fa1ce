import GRDB
import PostwatchModel

/// What is special to a month file.
extension DayFile {
    func ledger() throws(SeriesStoreFailure) -> [Day: SummaryLedger.Entry] {
        do {
            return try pool.read { try SummaryLedger($0).entries() }
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    /// The same for callers that may not block.
    func ledger() async throws(SeriesStoreFailure) -> [Day: SummaryLedger.Entry] {
        do {
            return try await pool.read { try SummaryLedger($0).entries() }
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    func changeLedger(_ body: (SummaryLedger) throws -> Void) throws(SeriesStoreFailure) {
        try change { try body(SummaryLedger($0)) }
    }

    /// Blocks.
    func lateSeries(on day: Day, limit: Int) throws(SeriesStoreFailure) -> [LabelSet] {
        do {
            return try pool.read { try SummaryLedger($0).lateSeries(on: day, limit: limit) }
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    /// All of them, for callers that may not block.
    func lateSeries(on day: Day) async throws(SeriesStoreFailure) -> [LabelSet] {
        do {
            return try await pool.read { try SummaryLedger($0).lateSeries(on: day, limit: .max) }
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    /// Adds summaries of a day and notes how far they reach, all or nothing; does nothing when the day is not where `before` says, in a
    /// file that has taken the place of a damaged one. Of two summaries at one time the new ones count: each call makes a run below all
    /// others.
    /// - Parameter replacing: there may be some of the same stretches.
    func write(
        _ summaries: [(LabelSet, SummaryColumns)], of day: Day, replacing: Bool, before: SummaryLedger.Entry?,
        _ note: (SummaryLedger) throws -> Void
    ) throws(SeriesStoreFailure) {
        var batch = SeriesBatch()
        for (labels, columns) in summaries {
            for column in SummaryColumn.allCases { batch.append(column.labels(of: labels), columns.stored(column, replacing: replacing)) }
        }
        try change { database in
            let ledger = SummaryLedger(database)
            guard try ledger.entries()[day] == before else { return }
            if !batch.isEmpty {
                let appender = BlockAppender(database, run: try Self.runBelowAll(database), level: 0)
                try batch.forEachInOrder { try appender.append(labels: $0, timestamps: $1, values: $2) }
                try appender.finish()
            }
            try note(ledger)
        }
    }

    /// What is stored of some series in `range`, the latest of each stretch. Blocks.
    func summaries(
        of labels: [LabelSet], in range: ClosedRange<Int64>, _ resolution: Resolution
    ) throws(SeriesStoreFailure) -> [LabelSet: SummaryColumns] {
        do {
            return try pool.read { database in
                var found: [LabelSet: [SummaryColumn: SampleColumns]] = [:]
                let wanted = labels.flatMap { labels in SummaryColumn.allCases.map { $0.labels(of: labels) } }
                    .sorted { $0.isOrdered(before: $1) }
                let walk = try SeriesWalk(database, from: wanted.first)
                for one in wanted {
                    try walk.advance(to: one)
                    guard walk.labels == one, let (column, labels) = SummaryColumn.split(one) else { continue }
                    found[labels, default: [:]][column] = try walk.take(one).slice(from: range.lowerBound, through: range.upperBound)
                }
                return found.mapValues { SummaryColumns($0, in: resolution) }
            }
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    // MARK: - Private

    private static func runBelowAll(_ database: Database) throws -> Int64 {
        let lowest = try Int64.fetchOne(
            database,
            sql: "SELECT min(coalesce((SELECT min(run) FROM blocks), 1), coalesce((SELECT min(first_run) FROM merge), 1))")
        return (lowest ?? 1) - 1
    }
}

extension SummaryColumns {
    /// Puts stored columns together. A column that cannot be read any more is taken from the last values.
    init(_ columns: [SummaryColumn: SampleColumns], in resolution: Resolution) {
        let last = SummaryReading(resolution: resolution, summary: .last).latest(of: columns[.last] ?? SampleColumns())
        self.init(
            zip(last.timestamps, last.values).map { timestamp, value in
                func stored(_ column: SummaryColumn, _ fallback: Double) -> Double { columns[column]?.value(at: timestamp) ?? fallback }
                return Summary(
                    timestamp: timestamp, last: value, minimum: stored(.minimum, value), maximum: stored(.maximum, value),
                    sum: stored(.sum, value), count: stored(.count, 1), lost: stored(.lost, 0))
            })
    }
}
