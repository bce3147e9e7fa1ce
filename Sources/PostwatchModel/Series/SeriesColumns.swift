/// One series with its samples in a time range, as columns of equal length, oldest first, each timestamp once.
public struct SeriesColumns: Hashable, Sendable {
    public var labels: LabelSet
    /// Milliseconds since the epoch, strictly rising.
    public var timestamps: [Int64]
    /// Stale markers included.
    public var values: [Double]
    /// Native histograms, oldest first, at times at which there is no value.
    public var histograms: [HistogramPoint]

    public init(labels: LabelSet, timestamps: [Int64] = [], values: [Double] = [], histograms: [HistogramPoint] = []) {
        self.labels = labels
        self.timestamps = timestamps
        self.values = values
        self.histograms = histograms
    }
}
