import GRDB
import PostwatchModel

extension DayFile {
    /// What a deletion did.
    struct Deletion: Hashable, Sendable {
        /// Samples that are gone; one that was stored twice counts twice.
        var samples = 0
        /// Blocks that could not be read: they are left as they are.
        var damagedBlocks: [BlockNumber] = []
    }

    /// Removes the samples in `start ... end` (ms since 1970) of series that satisfy `matchers`, all or none. Blocks.
    func delete(_ matchers: [LabelMatcher], from start: Int64, through end: Int64) throws(SeriesStoreFailure) -> Deletion {
        try change { database in
            var deletion = Deletion()
            let table = BlockTable(database)
            let compressor = ZstandardCompressor(level: BlockAppender.mergeCompression)
            let search = try BlockSearch(database, matchers, from: start, through: end)
            deletion.damagedBlocks = try search.forEach { block in
                guard let rest = BlockRest(of: block, without: start...end) else { return false }
                if rest.removed == 0 { return true }
                deletion.samples += rest.removed
                var builder = rest.builder
                if builder.isEmpty {
                    try table.delete(block.entry.id)
                } else {
                    try table.replace(
                        block.entry.id, with: builder.seal(run: block.entry.run, level: block.entry.level, with: compressor))
                }
                return true
            }
            if try HistogramTable.exists(in: database) {
                try Self.deleteHistograms(matchers, start...max(start, end), from: HistogramTable(database), compressor, &deletion)
            }
            return deletion
        }
    }

    // MARK: - Private

    private static func deleteHistograms(
        _ matchers: [LabelMatcher], _ times: ClosedRange<Int64>, from table: HistogramTable, _ compressor: ZstandardCompressor,
        _ deletion: inout Deletion
    ) throws {
        let decompressor = ZstandardDecompressor()
        for entry in try table.entries(matchers, from: times.lowerBound, through: times.upperBound) {
            guard let points = try table.points(of: entry, with: decompressor) else {
                deletion.damagedBlocks.append(entry.number)
                continue
            }
            let kept = points.filter { !times.contains($0.timestamp) }
            deletion.samples += points.count - kept.count
            if kept.isEmpty {
                try table.delete(entry.id)
            } else if kept.count < points.count {
                try table.replace(entry, with: HistogramChunk(kept), compressor: compressor)
            }
        }
    }
}
