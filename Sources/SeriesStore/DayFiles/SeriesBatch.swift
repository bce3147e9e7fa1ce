import PostwatchModel

/// Samples of many series on their way into a day file, in a handful of arrays: a series costs no allocation of its own.
/// The series may stand in any order; one may come more than once, and then of two samples at one time the first stays.
struct SeriesBatch: Sendable {
    private(set) var labels = LabelArena()
    private var sampleEnds: [Int] = []
    private var timestamps: [Int64] = []
    private var values: [Double] = []
    /// Those of a metric side by side.
    private(set) var histograms: [HistogramSeries] = []

    init() {}

    /// - Parameter histograms: those of a metric side by side.
    init(_ histograms: [HistogramSeries]) {
        self.histograms = histograms
    }

    var seriesCount: Int { labels.count }
    var sampleCount: Int { timestamps.count }
    var isEmpty: Bool { timestamps.isEmpty && histograms.isEmpty }

    mutating func reserve(series: Int, samples: Int, labelBytes: Int) {
        labels.reserve(count: series, bytes: labelBytes)
        sampleEnds.reserveCapacity(series)
        timestamps.reserveCapacity(samples)
        values.reserveCapacity(samples)
    }

    /// - Parameters:
    ///   - labels: canonical label bytes.
    ///   - timestamps: milliseconds since the epoch, strictly rising, all of the file's day.
    ///   - values: as many as timestamps.
    mutating func append(labels: UnsafeRawBufferPointer, timestamps: UnsafeBufferPointer<Int64>, values: UnsafeBufferPointer<Double>) {
        precondition(timestamps.count == values.count)
        if timestamps.isEmpty { return }
        self.labels.append(labels)
        self.timestamps.append(contentsOf: timestamps)
        self.values.append(contentsOf: values)
        sampleEnds.append(self.timestamps.count)
    }

    mutating func append(_ labels: LabelSet, _ columns: SampleColumns) {
        labels.bytes.withUnsafeBytes { labels in
            columns.timestamps.withUnsafeBufferPointer { timestamps in
                columns.values.withUnsafeBufferPointer { append(labels: labels, timestamps: timestamps, values: $0) }
            }
        }
    }

    /// Keeps the memory for the next batch.
    mutating func removeAll() {
        labels.removeAll()
        sampleEnds.removeAll(keepingCapacity: true)
        timestamps.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        histograms.removeAll(keepingCapacity: true)
    }

    /// Calls `body` for each series in the order of `LabelBytes.isOrdered`; those with equal labels in the order in which they came.
    func forEachInOrder(
        _ body: (UnsafeRawBufferPointer, UnsafeBufferPointer<Int64>, UnsafeBufferPointer<Double>) throws -> Void
    ) rethrows {
        try labels.withUnsafeBytes { labels in
            try timestamps.withUnsafeBufferPointer { timestamps in
                try values.withUnsafeBufferPointer { values in
                    for index in Self.order(labels) {
                        let samples = (index == 0 ? 0 : sampleEnds[index - 1])..<sampleEnds[index]
                        try body(
                            labels[index], UnsafeBufferPointer(rebasing: timestamps[samples]),
                            UnsafeBufferPointer(rebasing: values[samples]))
                    }
                }
            }
        }
    }

    // MARK: - Private

    private static func order(_ labels: LabelArena.View) -> [Int] {
        // The metric of each is looked for once, not once per comparison.
        let metrics = (0..<labels.count).map { LabelBytes.metricName(in: labels[$0]) }
        return (0..<labels.count).sorted { left, right in
            let order = LabelBytes.compare(metrics[left], metrics[right])
            if order != 0 { return order < 0 }
            let inside = LabelBytes.compare(labels[left], labels[right])
            return inside == 0 ? left < right : inside < 0
        }
    }
}
