import PostwatchModel

/// The samples of a scenario, in memory.
public struct MemorySamples: SampleQuerying {
    private var series: [LabelSet: SeriesColumns] = [:]

    public init() {}

    /// In any order. Of two samples of one series at one time the first stays.
    public mutating func append(_ samples: [Sample]) {
        for sample in samples { series[sample.labels, default: SeriesColumns(labels: sample.labels)].add(sample) }
    }

    public func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {
        let (start, end) = (selection.start, selection.end)
        let found: [SeriesColumns] = series.values.compactMap { columns in
            guard selection.matchers.allSatisfy({ $0.matches(columns.labels) }) else { return nil }
            let lower = columns.timestamps.partitioningIndex { $0 >= start.milliseconds }
            let upper = columns.timestamps.partitioningIndex { $0 > end.milliseconds }
            let histograms = columns.histograms.filter { start.milliseconds <= $0.timestamp && $0.timestamp <= end.milliseconds }
            guard lower < upper || !histograms.isEmpty else { return nil }
            return SeriesColumns(
                labels: columns.labels, timestamps: Array(columns.timestamps[lower..<upper]), values: Array(columns.values[lower..<upper]),
                histograms: histograms)
        }
        var batch = SampleBatch(found)
        if selection.summary == .count { batch.countEach() }
        try take(batch)
    }
}

extension SeriesColumns {
    fileprivate mutating func add(_ sample: Sample) {
        let moment = sample.timestamp.milliseconds
        let place = timestamps.partitioningIndex { $0 >= moment }
        let histogramPlace = histograms.partitioningIndex { $0.timestamp >= moment }
        guard place == timestamps.count || timestamps[place] != moment,
            histogramPlace == histograms.count || histograms[histogramPlace].timestamp != moment
        else { return }
        if let histogram = sample.histogram {
            histograms.insert(HistogramPoint(timestamp: moment, histogram: histogram), at: histogramPlace)
        } else {
            timestamps.insert(moment, at: place)
            values.insert(sample.value, at: place)
        }
    }
}

extension Array {
    /// The first index at which `isSecond` holds, when it holds for all that follow too.
    fileprivate func partitioningIndex(where isSecond: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
