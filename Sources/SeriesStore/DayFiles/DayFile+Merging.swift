import GRDB

extension DayFile {
    /// What one step of merging did.
    struct MergeStep: Hashable, Sendable {
        /// Nothing is left to merge for now.
        var isDone = true
        /// Samples that were rewritten.
        var samples = 0
        /// Blocks that could not be read: they are left as they are.
        var damagedBlocks: [BlockNumber] = []
    }

    /// Merges small runs of blocks into larger ones, a bounded part per call, in one transaction. Call again until `isDone`; flushes,
    /// queries and a crash may come in between. Blocks.
    /// - Parameters:
    ///   - isClosed: the day is over, so that everything is to become one run.
    ///   - sampleBudget: about how many samples one call rewrites.
    func mergeStep(isClosed: Bool, sampleBudget: Int = 2_000_000) throws(SeriesStoreFailure) -> MergeStep {
        let step = try mergeStep(sampleBudget: sampleBudget, histograms: isClosed ? .closed : .growing) {
            MergePlan($0, isClosed: isClosed)
        }
        if step.isDone { try releaseFreeSpace(beyond: Self.freeShare) }
        return step
    }

    /// Merges everything into one run and gives free space back to the file system. Blocks.
    /// Gives the blocks that could not be read.
    @discardableResult
    func compact(sampleBudget: Int = 2_000_000) throws(SeriesStoreFailure) -> [BlockNumber] {
        var damaged: Set<BlockNumber> = []
        var isDone = false
        while !isDone {
            let step = try mergeStep(sampleBudget: sampleBudget, histograms: .compacting, MergePlan.init(compacting:))
            damaged.formUnion(step.damagedBlocks)
            isDone = step.isDone
        }
        try releaseFreeSpace(beyond: 0)
        return damaged.sorted()
    }

    // MARK: - Private

    /// Flushes to come use free space; more than this part of the file is given back.
    private static let freeShare = 0.1

    /// Moves blocks from the end of the file to where there is space, when more than `share` of the file is free.
    private func releaseFreeSpace(beyond share: Double) throws(SeriesStoreFailure) {
        try change { database in
            let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            // Each row of its answer is one page that was released.
            if Double(free) > share * Double(pages) { _ = try Row.fetchAll(database, sql: "PRAGMA incremental_vacuum") }
        }
    }

    /// Blocks first, then histograms.
    private func mergeStep(
        sampleBudget: Int, histograms: HistogramMerger.Extent, _ plan: ([MergePlan.Run]) -> MergePlan?
    ) throws(SeriesStoreFailure) -> MergeStep {
        try change { database in
            let table = BlockTable(database)
            var current = try table.mergeUnderWay()
            if current == nil, let next = plan(try table.runs()) {
                try table.beginMerge(next)
                current = next
            }
            guard let current else { return try Self.mergeHistograms(histograms, budget: sampleBudget, in: database) }
            var step = MergeStep(isDone: false)
            do {
                try database.inSavepoint {
                    let merger = try RunMerger(database, current)
                    let isMerged = try merger.merge(sampleBudget: sampleBudget)
                    if isMerged { try table.endMerge() }
                    step.isDone =
                        try isMerged && plan(table.runs()) == nil && HistogramMerger(database, histograms)?.isDone() ?? true
                    step.samples = merger.samples
                    step.damagedBlocks = merger.damagedBlocks
                    return .commit
                }
            } catch let unreadable as RunCursor.UnreadableBlock {
                // Its checksum is right and its content is not. The step is taken back, and the next one leaves the block out.
                try table.setLevel(current.level, of: unreadable.number)
                step.damagedBlocks = [unreadable.number]
            }
            return step
        }
    }
}

extension DayFile {
    /// So many samples take as long to rewrite as one histogram.
    private static let samplesPerHistogram = 100

    private static func mergeHistograms(
        _ extent: HistogramMerger.Extent, budget: Int, in database: Database
    ) throws -> MergeStep {
        guard var merger = try HistogramMerger(database, extent) else { return MergeStep() }
        try merger.merge(budget: max(1, budget / samplesPerHistogram))
        return MergeStep(isDone: try merger.isDone(), samples: merger.points, damagedBlocks: merger.damagedRows)
    }
}

extension BlockTable {
    /// All runs, by number. Asks the table itself, as `entries(runs:belowLevel:)` does.
    func runs() throws -> [MergePlan.Run] {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT run, min(level), sum(samples) FROM blocks NOT INDEXED GROUP BY run ORDER BY run")
        var runs: [MergePlan.Run] = []
        while let row = try rows.next() {
            // Damage may put any number there; planning adds and multiplies them.
            let samples: Int = try row.checked(2)
            runs.append(MergePlan.Run(number: try row.checked(0), level: try level(row, 1), samples: min(max(samples, 0), 1 << 40)))
        }
        return runs
    }

    /// A merge that an earlier step began and did not end.
    func mergeUnderWay() throws -> MergePlan? {
        guard let row = try Row.fetchOne(database, sql: "SELECT first_run, last_run, level FROM merge") else { return nil }
        let first: Int64 = try row.checked(0)
        return try MergePlan(runs: first...max(first, row.checked(1)), level: level(row, 2))
    }

    func beginMerge(_ plan: MergePlan) throws {
        try database.execute(
            sql: "INSERT INTO merge (first_run, last_run, level) VALUES (?, ?, ?)",
            arguments: [plan.runs.lowerBound, plan.runs.upperBound, plan.level])
    }

    func endMerge() throws {
        try database.execute(sql: "DELETE FROM merge")
    }

    // MARK: - Private

    private func level(_ row: Row, _ column: Int) throws -> Int {
        min(max(try row.checked(column), 0), 1 << 20)
    }
}
