import PostwatchModel
import PromQL

/// Series of native histograms in memory, with numbers beside them, written as test scripts write them.
struct HistogramSamples: SampleQuerying {
    private let series: [SeriesColumns]

    /// Samples a minute apart from time 0, each a number or a histogram in its notation; `_` where there is none.
    init(_ written: [(LabelSet, [String])]) throws {
        series = try written.map { labels, samples in
            var columns = SeriesColumns(labels: labels)
            for (index, sample) in samples.enumerated() where sample != "_" {
                let time = Int64(index) * 60_000
                if let value = Double(sample) {
                    columns.timestamps.append(time)
                    columns.values.append(value)
                } else {
                    columns.histograms.append(HistogramPoint(timestamp: time, histogram: try NativeHistogram(notation: sample)))
                }
            }
            return columns
        }
    }

    func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {
        let range = selection.start.milliseconds...selection.end.milliseconds
        for columns in series where selection.matchers.allSatisfy({ $0.matches(columns.labels) }) {
            let kept = columns.timestamps.indices.filter { range.contains(columns.timestamps[$0]) }
            let found = SeriesColumns(
                labels: columns.labels, timestamps: kept.map { columns.timestamps[$0] }, values: kept.map { columns.values[$0] },
                histograms: columns.histograms.filter { range.contains($0.timestamp) })
            if !found.values.isEmpty || !found.histograms.isEmpty { try take(SampleBatch([found])) }
        }
    }
}
