/// Some series with their samples, side by side in a few arrays: a series costs no allocation but that of its labels.
public struct SampleBatch: Sendable {
    public struct Series: Sendable {
        public var labels: LabelSet
        /// Of `timestamps` and `values`.
        public var samples: Range<Int>
        /// Of `histograms`.
        public var histograms: Range<Int>

        public init(labels: LabelSet, samples: Range<Int>, histograms: Range<Int> = 0..<0) {
            self.labels = labels
            self.samples = samples
            self.histograms = histograms
        }
    }

    /// A stretch of time whose samples are summaries.
    public struct CoarseStretch: Hashable, Sendable {
        /// Milliseconds, both included.
        public var range: ClosedRange<Int64>
        /// How long a time one sample stands for, in milliseconds.
        public var spacing: Int64

        public init(range: ClosedRange<Int64>, spacing: Int64) {
            self.range = range
            self.spacing = spacing
        }
    }

    public var series: [Series] = []
    /// Milliseconds since the epoch; strictly rising inside of a series.
    public var timestamps: [Int64] = []
    /// As many as timestamps. Stale markers included.
    public var values: [Double] = []
    public var histograms: [HistogramPoint] = []
    /// The same for all batches of a selection; empty when all samples are as they were written.
    public var coarseStretches: [CoarseStretch] = []

    public init() {}

    public init(_ columns: [SeriesColumns]) {
        for one in columns { append(one) }
    }

    /// Adds a series. The columns must be of equal length.
    public mutating func append(_ columns: SeriesColumns) {
        precondition(columns.timestamps.count == columns.values.count)
        let (sample, histogram) = (timestamps.count, histograms.count)
        timestamps += columns.timestamps
        values += columns.values
        histograms += columns.histograms
        series.append(Series(labels: columns.labels, samples: sample..<timestamps.count, histograms: histogram..<histograms.count))
    }

    public mutating func append(_ batch: SampleBatch) {
        let (sample, histogram) = (timestamps.count, histograms.count)
        timestamps += batch.timestamps
        values += batch.values
        histograms += batch.histograms
        for one in batch.series {
            let samples = (one.samples.lowerBound + sample)..<(one.samples.upperBound + sample)
            let points = (one.histograms.lowerBound + histogram)..<(one.histograms.upperBound + histogram)
            series.append(Series(labels: one.labels, samples: samples, histograms: points))
        }
    }

    /// Keeps the memory, unless somebody else still holds the content.
    public mutating func removeAll() {
        series.removeAll(keepingCapacity: true)
        timestamps.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        histograms.removeAll(keepingCapacity: true)
    }

    /// Each value that is no stale marker becomes 1: what there is to count.
    public mutating func countEach() {
        for index in values.indices where !Sample.isStaleMarker(values[index]) { values[index] = 1 }
    }

    /// Each series by itself.
    public var seriesColumns: [SeriesColumns] {
        series.map {
            SeriesColumns(
                labels: $0.labels, timestamps: Array(timestamps[$0.samples]), values: Array(values[$0.samples]),
                histograms: Array(histograms[$0.histograms]))
        }
    }
}
