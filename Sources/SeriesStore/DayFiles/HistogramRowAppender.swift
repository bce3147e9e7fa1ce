import PostwatchModel

/// Takes native histograms of one series in the order of time and stores them as rows of a fair size, inside of one transaction.
struct HistogramRowAppender {
    /// A row is closed at this many points, or when it has so many bytes before they are compressed.
    private static let pointsWhenFull = 1024
    private static let bytesWhenFull = 64 << 10

    private let table: HistogramTable
    private let labels: LabelSet
    private let level: Int
    private let compressor: ZstandardCompressor
    private var open = HistogramChunk()
    private var previous: NativeHistogram?

    init(_ table: HistogramTable, labels: LabelSet, level: Int, compressor: ZstandardCompressor) {
        self.table = table
        self.labels = labels
        self.level = level
        self.compressor = compressor
    }

    mutating func append(_ points: ArraySlice<HistogramPoint>) throws {
        for point in points {
            open.append(point, after: previous)
            previous = point.histogram
            if open.count == Self.pointsWhenFull || open.bytes.count >= Self.bytesWhenFull { try finish() }
        }
    }

    /// Stores what is still held.
    mutating func finish() throws {
        if open.count > 0 { try table.insert(open, of: labels, level: level, with: compressor) }
        open = HistogramChunk()
        previous = nil
    }
}
