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
            return deletion
        }
    }
}
