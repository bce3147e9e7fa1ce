import PostwatchModel

/// The samples of a scenario, in memory.
public struct MemorySamples: SampleQuerying {
    private var series: [LabelSet: SeriesColumns] = [:]

    public init() {}

    /// Samples must come in the order of time; one that is not newer than its series' last is left out.
    public mutating func append(_ samples: [Sample]) {
        for sample in samples {
            if let last = series[sample.labels]?.timestamps.last, last >= sample.timestamp.milliseconds { continue }
            series[sample.labels, default: SeriesColumns(labels: sample.labels)].timestamps.append(sample.timestamp.milliseconds)
            series[sample.labels]?.values.append(sample.value)
        }
    }

    public func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {
        let (start, end) = (selection.start, selection.end)
        let found: [SeriesColumns] = series.values.compactMap { columns in
            guard selection.matchers.allSatisfy({ $0.matches(columns.labels) }) else { return nil }
            let lower = columns.timestamps.partitioningIndex { $0 >= start.milliseconds }
            let upper = columns.timestamps.partitioningIndex { $0 > end.milliseconds }
            guard lower < upper else { return nil }
            return SeriesColumns(
                labels: columns.labels, timestamps: Array(columns.timestamps[lower..<upper]), values: Array(columns.values[lower..<upper]))
        }
        var batch = SampleBatch(found)
        if selection.summary == .count { batch.countEach() }
        try take(batch)
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
