import Foundation
import PostwatchModel

/// What the columns of a block's row say about its content.
struct BlockSummary: Hashable {
    var first: Int64
    var last: Int64
    var firstMetric: Data
    var lastMetric: Data
    var series: Int
    var samples: Int

    init(first: Int64, last: Int64, firstMetric: Data, lastMetric: Data, series: Int, samples: Int) {
        self.first = first
        self.last = last
        self.firstMetric = firstMetric
        self.lastMetric = lastMetric
        self.series = series
        self.samples = samples
    }

    /// Finds out from the content, all chunks decoded. `nil` when it is damaged. Throws what SQLite throws.
    init?(of id: DayFile.BlockNumber, in table: BlockTable, with decompressor: ZstandardDecompressor) throws {
        guard let labels = try table.labels(of: id, with: decompressor)?.labels(), labels.count > 0,
            let chunks = try table.chunks(of: id, series: labels.count, with: decompressor), chunks.isSound,
            let span = chunks.span, labels.isInOrder
        else { return nil }
        self.init(
            first: span.lowerBound, last: span.upperBound, firstMetric: Self.metric(labels[0]),
            lastMetric: Self.metric(labels[labels.count - 1]), series: labels.count, samples: chunks.sampleCount)
    }

    // MARK: - Private

    private static func metric(_ labels: LabelSet) -> Data {
        labels.bytes.withUnsafeBytes { Data(LabelBytes.metricName(in: $0)) }
    }
}
