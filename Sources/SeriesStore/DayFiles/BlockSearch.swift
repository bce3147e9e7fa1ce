import GRDB
import PostwatchModel

/// Finds the blocks with series that satisfy some matchers and reach into a time range.
struct BlockSearch {
    /// A block in which at least one series satisfies the matchers.
    struct Block {
        let entry: BlockTable.Entry
        let columns: LabelColumns
        let chunks: BlockChunks
        /// For each series whether it satisfies the matchers.
        let isMatching: [Bool]
        fileprivate let labels: LabelArena

        /// Calls `body` for each series that satisfies the matchers.
        func forEachSeries(_ body: (LabelSet, ArraySlice<BlockChunks.Entry>) -> Void) {
            var next = 0
            for series in isMatching.indices where isMatching[series] {
                body(labels[next], chunks.entries(ofSeries: series))
                next += 1
            }
        }
    }

    private let table: BlockTable
    private let selectors: [LabelSelector]
    private let entries: [BlockTable.Entry]
    private let decompressor = ZstandardDecompressor()

    init(_ database: Database, _ matchers: [LabelMatcher], from start: Int64, through end: Int64) throws {
        table = BlockTable(database)
        selectors = matchers.map(LabelSelector.init)
        entries = try start <= end ? table.entries(metric: LabelSelector.metric(of: matchers), from: start, through: end) : []
    }

    /// Calls `body` for each block, in the order in which they count; it gives `false` for one that turned out damaged.
    /// Gives the numbers of all damaged blocks.
    func forEach(_ body: (Block) throws -> Bool) throws -> [DayFile.BlockNumber] {
        var damaged: [DayFile.BlockNumber] = []
        for entry in entries {
            guard let columns = try table.labels(of: entry.id, with: decompressor), let isMatching = columns.matches(selectors) else {
                damaged.append(entry.id)
                continue
            }
            if !isMatching.contains(true) { continue }
            guard let labels = columns.labels(of: isMatching),
                let chunks = try table.chunks(of: entry.id, series: columns.count, with: decompressor)
            else {
                damaged.append(entry.id)
                continue
            }
            let block = Block(entry: entry, columns: columns, chunks: chunks, isMatching: isMatching, labels: labels)
            if try !body(block) { damaged.append(entry.id) }
        }
        return damaged
    }
}
