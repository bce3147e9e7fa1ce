import PostwatchModel

/// One series of an answer from disk. Its labels are still bytes, so that answers from several places can be put together without texts.
struct StoredSeries: Sendable {
    var labels: LabelSet
    var columns: SampleColumns
    /// Oldest first, at times at which there is no sample.
    var histograms: [HistogramPoint]

    var isEmpty: Bool { columns.isEmpty && histograms.isEmpty }
    /// Samples of both kinds.
    var count: Int { columns.count + histograms.count }

    var seriesColumns: SeriesColumns {
        SeriesColumns(labels: labels, timestamps: columns.timestamps, values: columns.values, histograms: histograms)
    }

    init(labels: LabelSet, columns: SampleColumns = SampleColumns(), histograms: [HistogramPoint] = []) {
        self.labels = labels
        self.columns = columns
        self.histograms = histograms
    }

    /// One series of a batch.
    init(_ series: SampleBatch.Series, of batch: SampleBatch) {
        labels = series.labels
        columns = SampleColumns(timestamps: Array(batch.timestamps[series.samples]), values: Array(batch.values[series.samples]))
        histograms = Array(batch.histograms[series.histograms])
    }

    /// Takes in the samples of `later`, of the same series, at times that have none of either kind yet.
    mutating func merge(_ later: StoredSeries) {
        if histograms.isEmpty && later.histograms.isEmpty {
            columns.merge(later.columns)
            return
        }
        let points = later.histograms.filter { columns.value(at: $0.timestamp) == nil }
        columns.merge(later.columns.without(Set(histograms.map(\.timestamp))))
        histograms = histograms.merging(points)
    }
}
