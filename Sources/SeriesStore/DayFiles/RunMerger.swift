import GRDB
import PostwatchModel

/// Makes one run out of neighbouring ones, a part per transaction.
///
/// At any time the result, under the number of the first run, has the series below some point in the order, and the runs that are merged
/// have those from there on: so a reader finds every sample once, and the next part begins where this one ended.
final class RunMerger {
    private let database: Database
    private let plan: MergePlan
    private let table: BlockTable
    private let cursors: [RunCursor]
    /// Samples that were rewritten.
    private(set) var samples = 0

    init(_ database: Database, _ plan: MergePlan) throws {
        self.database = database
        self.plan = plan
        let table = BlockTable(database)
        self.table = table
        let decompressor = ZstandardDecompressor()
        let entries = try table.entries(runs: plan.runs, belowLevel: plan.level)
        var cursors: [RunCursor] = []
        var start = 0
        while start < entries.count {
            let end = entries[start...].firstIndex { $0.run != entries[start].run } ?? entries.count
            cursors.append(try RunCursor(entries[start..<end], table, decompressor))
            start = end
        }
        self.cursors = cursors
    }

    /// Blocks that could not be read: they stay, as part of the result.
    var damagedBlocks: [DayFile.BlockNumber] { cursors.flatMap(\.damagedBlocks) }

    /// Merges about `sampleBudget` samples; `true` when there are no more. Throws `RunCursor.UnreadableBlock`
    /// when nothing of it may be kept.
    func merge(sampleBudget: Int) throws -> Bool {
        let appender = BlockAppender(database, run: plan.runs.lowerBound, level: plan.level)
        while samples < sampleBudget, let labels = nextLabels() {
            var columns = SampleColumns()
            // The first run's samples come first and stay.
            for cursor in cursors {
                while cursor.labels == labels {
                    columns.merge(try cursor.samples())
                    try cursor.advance()
                }
            }
            try append(labels, columns, to: appender)
            samples += columns.count
        }
        try appender.finish()
        let compressor = ZstandardCompressor(level: BlockAppender.mergeCompression)
        for cursor in cursors { try cursor.putBack(with: compressor) }
        for block in damagedBlocks { try table.setLevel(plan.level, of: block) }
        return cursors.allSatisfy { $0.labels == nil }
    }

    // MARK: - Private

    /// The first in the order of those at which the cursors stand.
    private func nextLabels() -> LabelSet? {
        var first: LabelSet?
        for cursor in cursors {
            guard let labels = cursor.labels else { continue }
            guard let known = first else {
                first = labels
                continue
            }
            if labels.isOrdered(before: known) { first = labels }
        }
        return first
    }

    private func append(_ labels: LabelSet, _ columns: SampleColumns, to appender: BlockAppender) throws {
        try labels.bytes.withUnsafeBytes { labels in
            try columns.timestamps.withUnsafeBufferPointer { timestamps in
                try columns.values.withUnsafeBufferPointer {
                    try appender.append(labels: labels, timestamps: timestamps, values: $0)
                }
            }
        }
    }
}
