import GRDB
import PostwatchModel

/// Makes long rows of native histograms out of the short ones that flushes wrote, some series per transaction.
///
/// Rows of a level become rows of the next once there are several; when the day is over, each series becomes one sequence of full rows.
struct HistogramMerger {
    /// What is merged.
    enum Extent: Hashable, Sendable {
        /// Flushes are still to come.
        case growing
        /// The day is over: everything once, late rows when there are some.
        case closed
        /// Everything, now.
        case compacting
    }

    private static let groupsAtOnce = 1000

    private let table: HistogramTable
    private let extent: Extent
    private let decompressor = ZstandardDecompressor()
    private let compressor = ZstandardCompressor(level: BlockAppender.mergeCompression)
    private(set) var points = 0
    private(set) var damagedRows: [DayFile.BlockNumber] = []

    /// `nil` when the file has no histograms.
    init?(_ database: Database, _ extent: Extent) throws {
        guard try HistogramTable.exists(in: database) else { return nil }
        table = HistogramTable(database)
        self.extent = extent
    }

    /// Whether nothing is left to merge for now.
    func isDone() throws -> Bool {
        try groups(limit: 1).isEmpty
    }

    /// Merges about `budget` points; at least one series.
    mutating func merge(budget: Int) throws {
        for group in try groups(limit: Self.groupsAtOnce) where points < budget { try merge(group) }
    }

    // MARK: - Private

    /// Rows of one series that are to become one sequence.
    private struct Group {
        var key: HistogramTable.Key
        /// Of the rows that are taken in.
        var levels: ClosedRange<Int>
        /// Of the result.
        var level: Int
    }

    private func groups(limit: Int) throws -> [Group] {
        let few = MergePlan.runsPerMerge
        let top = MergePlan.closedLevel
        switch extent {
        case .growing:
            let condition = "WHERE level < \(top) GROUP BY metric, labels, level HAVING count(*) >= \(few)"
            return try table.series(condition, limit: limit).map {
                Group(key: $0.key, levels: $0.level...$0.level, level: $0.level + 1)
            }
        case .closed:
            let condition = """
                GROUP BY metric, labels HAVING min(level) < \(top) AND (max(level) < \(top) OR sum(level < \(top)) >= \(few))
                """
            return try table.series(condition, limit: limit).map { Group(key: $0.key, levels: 0...(.max), level: top) }
        case .compacting:
            let condition = "GROUP BY metric, labels HAVING min(level) < \(top)"
            return try table.series(condition, limit: limit).map { Group(key: $0.key, levels: 0...(.max), level: top) }
        }
    }

    private mutating func merge(_ group: Group) throws {
        var waiting: [HistogramPoint] = []
        let entries = try table.entries(of: group.key, levels: group.levels)
        // All sound rows have the same; where there is none, nothing is written.
        let labels = entries.first(where: \.isSound)?.labels ?? LabelSet()
        var rows = HistogramRowAppender(table, labels: labels, level: group.level, compressor: compressor)
        for entry in entries {
            guard let read = try table.points(of: entry, with: decompressor) else {
                damagedRows.append(entry.number)
                try table.setLevel(group.level, of: entry.id)
                continue
            }
            try table.delete(entry.id)
            points += read.count
            // Rows come in the order of their first times: what lies before this one's is complete.
            let complete = waiting.firstIndex { $0.timestamp >= entry.first } ?? waiting.count
            try rows.append(waiting[..<complete])
            waiting = Array(waiting[complete...]).merging(read)
        }
        try rows.append(waiting[...])
        try rows.finish()
    }
}
