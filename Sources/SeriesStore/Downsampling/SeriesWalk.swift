import Foundation
import GRDB
import PostwatchModel

/// Walks the series of a day file in their order, all runs at once, and changes nothing. Holds one block of each run in memory.
final class SeriesWalk {
    /// Walks the blocks of one run and level, which are in order.
    private final class Cursor {
        private let table: BlockTable
        private let decompressor: ZstandardDecompressor
        private var blocks: ArraySlice<DayFile.BlockNumber>
        private var block: (number: DayFile.BlockNumber, labels: LabelArena)?
        private var chunks: BlockChunks?
        private var position = 0
        /// The series it stands at; `nil` at the end.
        private(set) var labels: LabelSet?
        private(set) var damagedBlocks: Set<DayFile.BlockNumber> = []

        init(_ blocks: ArraySlice<DayFile.BlockNumber>, _ table: BlockTable, _ decompressor: ZstandardDecompressor) throws {
            self.blocks = blocks
            self.table = table
            self.decompressor = decompressor
            try load()
        }

        /// The samples at or behind `start` of the series it stands at, as far as they are in this block; of one that is damaged, those
        /// that can be read.
        func samples(from start: Int64) throws -> SampleColumns {
            var columns = SampleColumns()
            guard let block else { return columns }
            if chunks == nil {
                chunks = try table.chunks(of: block.number, series: block.labels.count, with: decompressor)
                if chunks == nil { damagedBlocks.insert(block.number) }
            }
            guard let chunks else { return columns }
            for chunk in chunks.entries(ofSeries: position) where chunk.last >= start {
                if let samples = chunks.samples(of: chunk) {
                    columns.merge(samples.slice(from: start, through: .max))
                } else {
                    damagedBlocks.insert(block.number)
                }
            }
            return columns
        }

        func advance() throws {
            guard let block else { return }
            position += 1
            if position < block.labels.count {
                labels = block.labels[position]
            } else {
                try load()
            }
        }

        private func load() throws {
            block = nil
            chunks = nil
            labels = nil
            position = 0
            while let number = blocks.popFirst() {
                if let labels = try table.labels(of: number, with: decompressor)?.labels(), labels.count > 0 {
                    block = (number, labels)
                    self.labels = labels[0]
                    return
                }
                damagedBlocks.insert(number)
            }
        }
    }

    private let cursors: [Cursor]

    /// - Parameter start: the walk begins at this series or, if it is not there, at the one behind it; `nil` for the first.
    init(_ database: Database, from start: LabelSet?) throws {
        let table = BlockTable(database)
        let decompressor = ZstandardDecompressor()
        // What a merge under way has made, and what is left of the run of the same number, are each in order.
        let metric = start.map { labels in labels.bytes.withUnsafeBytes { Data(LabelBytes.metricName(in: $0)) } } ?? Data()
        let rows = try Row.fetchCursor(
            database, sql: "SELECT id, run, level FROM blocks WHERE last_metric >= ? ORDER BY run, level, id", arguments: [metric])
        var blocks: [[DayFile.BlockNumber]] = []
        var previous: (run: Int64, level: Int)?
        while let row = try rows.next() {
            let (run, level): (Int64, Int) = try (row.checked(1), row.checked(2))
            if previous.map({ $0 != (run, level) }) ?? true { blocks.append([]) }
            previous = (run, level)
            blocks[blocks.count - 1].append(try row.checked(0))
        }
        cursors = try blocks.map { try Cursor($0[...], table, decompressor) }
        if let start { try advance(to: start) }
    }

    /// Begins behind a series; at the first for `nil`.
    convenience init(_ database: Database, behind progress: LabelSet?) throws {
        try self.init(database, from: progress)
        guard let progress else { return }
        for cursor in cursors { while cursor.labels == progress { try cursor.advance() } }
    }

    var damagedBlocks: [DayFile.BlockNumber] { cursors.reduce(into: Set()) { $0.formUnion($1.damagedBlocks) }.sorted() }

    /// The series it stands at, the first of all cursors; `nil` at the end.
    var labels: LabelSet? {
        var first: LabelSet?
        for cursor in cursors {
            guard let labels = cursor.labels else { continue }
            guard let known = first else {
                first = labels
                continue
            }
            if labels != known, labels.isOrdered(before: known) { first = labels }
        }
        return first
    }

    /// The samples of `labels`, at which it stands; goes on to the next series.
    func take(_ labels: LabelSet) throws -> SampleColumns {
        var columns = SampleColumns()
        // Of two samples at one time that of the lower run stays.
        for cursor in cursors {
            while cursor.labels == labels {
                columns.merge(try cursor.samples(from: .min))
                try cursor.advance()
            }
        }
        return columns
    }

    /// The value of the newest sample at or behind `start` of `labels`, at which it stands, that is a number, and goes on to the next series.
    /// Without putting the samples of all runs together, which would take as many steps for each run.
    func takeLastNumber(_ labels: LabelSet, from start: Int64) throws -> Double? {
        var parts: [SampleColumns] = []
        var last: (timestamp: Int64, value: Double)?
        for cursor in cursors {
            while cursor.labels == labels {
                let part = try cursor.samples(from: start)
                // What a lower run has at the same time counts.
                let index = part.timestamps.indices.last { index in
                    !part.values[index].isNaN && !parts.contains { $0.value(at: part.timestamps[index]) != nil }
                }
                if let index, last.map({ $0.timestamp < part.timestamps[index] }) ?? true {
                    last = (part.timestamps[index], part.values[index])
                }
                if !part.isEmpty { parts.append(part) }
                try cursor.advance()
            }
        }
        return last?.value
    }

    /// Goes on to `labels` or, if it is not there, to the series behind it.
    func advance(to labels: LabelSet) throws {
        for cursor in cursors {
            while let own = cursor.labels, own != labels, own.isOrdered(before: labels) { try cursor.advance() }
        }
    }
}
