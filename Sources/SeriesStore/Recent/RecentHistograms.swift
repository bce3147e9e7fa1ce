import PostwatchModel

/// Native histograms that were taken from memory for some series of a batch, still packed: they are unpacked without memory's lock.
struct RecentHistograms: Sendable {
    private var columns: [(series: Int, columns: HistogramColumns)] = []

    init() {}

    /// - Parameter series: its place in the batch.
    mutating func append(_ columns: HistogramColumns, ofSeries series: Int) {
        self.columns.append((series, columns))
    }

    /// Puts them into `batch`, and is empty then.
    mutating func unpack(into batch: inout SampleBatch) {
        for one in columns {
            let first = batch.histograms.count
            batch.histograms += one.columns.points()
            batch.series[one.series].histograms = first..<batch.histograms.count
        }
        columns.removeAll(keepingCapacity: true)
    }
}
