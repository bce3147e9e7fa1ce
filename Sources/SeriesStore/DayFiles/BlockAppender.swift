import GRDB
import PostwatchModel

/// Takes series one by one and stores them as blocks of one run, inside of one transaction. Holds one block in memory.
///
/// Series come in the order of `LabelBytes.isOrdered`. Where one comes out of order a new run begins, which is correct but takes more space.
final class BlockAppender {
    private let table: BlockTable
    private let compressor: ZstandardCompressor
    private let level: Int
    private let startsRuns: Bool
    private let database: Database
    /// Samples at these times are left out; only of a flush, others were looked at before.
    private let histogramTimes: HistogramTimes?
    private var run: Int64
    private var builder = BlockBuilder()
    /// The labels of the series that came last.
    private var previous: [UInt8] = []
    private var hasPrevious = false

    /// Starts a new run.
    convenience init(_ database: Database) throws {
        let table = BlockTable(database)
        self.init(
            table, run: try table.nextRun(), level: 0, startsRuns: true, compression: Self.flushCompression,
            histogramTimes: try HistogramTimes(database))
    }

    /// Goes on with a run, in which the series to come must not be yet.
    convenience init(_ database: Database, run: Int64, level: Int) {
        self.init(BlockTable(database), run: run, level: level, startsRuns: false, compression: Self.mergeCompression)
    }

    private init(
        _ table: BlockTable, run: Int64, level: Int, startsRuns: Bool, compression: Int32, histogramTimes: HistogramTimes? = nil
    ) {
        self.table = table
        self.histogramTimes = histogramTimes
        database = table.database
        self.run = run
        self.level = level
        self.startsRuns = startsRuns
        compressor = ZstandardCompressor(level: compression)
    }

    /// - Parameters:
    ///   - labels: canonical label bytes.
    ///   - timestamps: milliseconds since the epoch, strictly rising, of the file's day. Without any nothing is added.
    ///   - values: as many as timestamps.
    func append(
        labels: UnsafeRawBufferPointer, timestamps: UnsafeBufferPointer<Int64>, values: UnsafeBufferPointer<Double>
    ) throws {
        if let kept = try histogramTimes?.without(labels, timestamps, values) {
            try kept.timestamps.withUnsafeBufferPointer { timestamps in
                try kept.values.withUnsafeBufferPointer { try add(labels: labels, timestamps: timestamps, values: $0) }
            }
        } else {
            try add(labels: labels, timestamps: timestamps, values: values)
        }
    }

    /// Adds native histograms of some series, those of a metric side by side; at times that have a sample already, none. Those of a
    /// flush, where the two do not meet.
    func append(_ histograms: [HistogramSeries]) throws {
        if !histograms.isEmpty { try HistogramWriter(database).append(histograms) }
    }

    /// Stores what is still held. Nothing may be appended after it.
    func finish() throws {
        if !builder.isEmpty { try seal() }
    }

    // MARK: - Private

    private func add(
        labels: UnsafeRawBufferPointer, timestamps: UnsafeBufferPointer<Int64>, values: UnsafeBufferPointer<Double>
    ) throws {
        if timestamps.isEmpty { return }
        guard labels.count <= SealedBlob.contentLimit / 4 else { throw SeriesStoreFailure.tooLarge(bytes: labels.count) }
        try begin(labels)
        for start in stride(from: 0, to: timestamps.count, by: BlockBuilder.samplesPerChunk) {
            // A very long series goes on in the next block.
            if start > 0 && builder.isFull {
                try seal()
                builder.beginSeries(labels)
            }
            let range = start..<min(start + BlockBuilder.samplesPerChunk, timestamps.count)
            builder.append(
                timestamps: UnsafeBufferPointer(rebasing: timestamps[range]), values: UnsafeBufferPointer(rebasing: values[range]))
        }
    }

    /// For blocks that are soon merged.
    private static let flushCompression: Int32 = 1
    static let mergeCompression: Int32 = 6

    private func begin(_ labels: UnsafeRawBufferPointer) throws {
        let isInOrder = !hasPrevious || previous.withUnsafeBytes { LabelBytes.isOrdered($0, before: labels) }
        if builder.isFull || (!isInOrder && !builder.isEmpty) { try seal() }
        // Merged series come in order, unless damage mixed up which blocks belong to a run; reading them needs no order.
        if !isInOrder && startsRuns { run += 1 }
        hasPrevious = true
        previous.removeAll(keepingCapacity: true)
        previous.append(contentsOf: labels)
        builder.beginSeries(labels)
    }

    private func seal() throws {
        try table.insert(builder.seal(run: run, level: level, with: compressor))
    }
}
