import PostwatchModel

/// Walks the series of one run in order. Blocks that are done are deleted, so that their pages can be used for what they become.
final class RunCursor {
    /// A block turned out unreadable after part of it was passed on.
    struct UnreadableBlock: Error {
        let number: DayFile.BlockNumber
    }

    private struct Block {
        var entry: BlockTable.Entry
        var labels: LabelArena
        var chunks: BlockChunks

        func addSamples(ofSeries series: Int, to columns: inout SampleColumns) throws {
            for chunk in chunks.entries(ofSeries: series) {
                guard let samples = chunks.samples(of: chunk) else { throw UnreadableBlock(number: entry.id) }
                columns.merge(samples)
            }
        }
    }

    private let table: BlockTable
    private let decompressor: ZstandardDecompressor
    private var entries: ArraySlice<BlockTable.Entry>
    private var block: Block?
    private var position = 0
    /// The series it stands at; `nil` at the end.
    private(set) var labels: LabelSet?
    /// Blocks that could not be read and were passed over.
    private(set) var damagedBlocks: [DayFile.BlockNumber] = []

    init(_ entries: ArraySlice<BlockTable.Entry>, _ table: BlockTable, _ decompressor: ZstandardDecompressor) throws {
        self.entries = entries
        self.table = table
        self.decompressor = decompressor
        try load()
    }

    /// The samples of the series it stands at, as far as they are in this block. Throws `UnreadableBlock`.
    func samples() throws -> SampleColumns {
        var columns = SampleColumns()
        try block?.addSamples(ofSeries: position, to: &columns)
        return columns
    }

    /// Goes on to the next series; the same one, when it goes on in the next block.
    func advance() throws {
        guard let block else { return }
        position += 1
        if position < block.labels.count {
            labels = block.labels[position]
        } else {
            try table.delete(block.entry.id)
            try load()
        }
    }

    /// Stores what is left of the block it stands in, without the series that are done.
    func putBack(with compressor: ZstandardCompressor) throws {
        guard let block, position > 0 else { return }
        var builder = BlockBuilder()
        for series in position..<block.labels.count {
            block.labels[series].bytes.withUnsafeBytes { builder.beginSeries($0) }
            for chunk in block.chunks.entries(ofSeries: series) {
                block.chunks.withBytes(of: chunk) { builder.append(chunk, bytes: $0) }
            }
        }
        try table.replace(block.entry.id, with: builder.seal(run: block.entry.run, level: block.entry.level, with: compressor))
    }

    // MARK: - Private

    /// Loads the next block that can be read.
    private func load() throws {
        block = nil
        labels = nil
        while let entry = entries.popFirst() {
            if let columns = try table.labels(of: entry.id, with: decompressor), let labels = columns.labels(), labels.count > 0,
                let chunks = try table.chunks(of: entry.id, series: columns.count, with: decompressor)
            {
                block = Block(entry: entry, labels: labels, chunks: chunks)
                position = 0
                self.labels = labels[0]
                return
            }
            damagedBlocks.append(entry.id)
        }
    }
}
