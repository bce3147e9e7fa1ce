import PostwatchModel

/// Range selectors and subqueries: series with a window for each step.
extension Evaluator {
    func forEachWindows(of expression: Expression, _ take: (SeriesWindows) throws(QueryFailure) -> Void) throws(QueryFailure) {
        guard !grid.isEmpty else { return }
        switch expression {
        case .parentheses(let parentheses): try forEachWindows(of: parentheses.inner, take)
        case .rangeSelector(let range): try forEachWindows(of: range.selector, in: context.frame(of: range, on: grid), take)
        case .subquery(let subquery): try forEachWindows(of: subquery, take)
        default: preconditionFailure("not a range vector")
        }
    }

    /// `frame` must be one of this selector's.
    func forEachWindows(
        of selector: VectorSelector, in frame: WindowFrame, _ take: (SeriesWindows) throws(QueryFailure) -> Void
    ) throws(QueryFailure) {
        var living = LivingSamples()
        for batch in samples.batches(SelectionPlan.Selection(of: selector, in: frame)) {
            try batch.timestamps.withUnsafeBufferPointer { (timestamps) throws(QueryFailure) in
                try batch.values.withUnsafeBufferPointer { (values) throws(QueryFailure) in
                    try batch.histograms.withUnsafeBufferPointer { (histograms) throws(QueryFailure) in
                        for series in batch.series {
                            let windows = SeriesWindows(
                                labels: series.labels, timestamps: UnsafeBufferPointer(rebasing: timestamps[series.samples]),
                                values: UnsafeBufferPointer(rebasing: values[series.samples]),
                                histograms: UnsafeBufferPointer(rebasing: histograms[series.histograms]), frame: frame)
                            if windows.hasStaleMarkers { try living.take(windows, take) } else { try take(windows) }
                        }
                    }
                }
            }
        }
    }

    // MARK: - Private

    private func forEachWindows(of subquery: Subquery, _ take: (SeriesWindows) throws(QueryFailure) -> Void) throws(QueryFailure) {
        let inner = on(context.grid(of: subquery, on: grid))
        try inner.checkSize(series: 1)
        let times = (0..<inner.grid.count).map(inner.grid.time(at:))
        let frame = WindowFrame(grid: grid, length: subquery.length.resolved.wholeMilliseconds, shift: context.resolve(subquery.shift))
        var living = LivingSamples()
        for row in try inner.vector(subquery.expression) {
            try living.take(row, times, frame, take)
        }
    }
}

extension SeriesWindows {
    fileprivate var hasStaleMarkers: Bool {
        values.contains(where: \.isAbsent) || histograms.contains { $0.histogram.isStaleMarker }
    }
}

/// The samples of a series that are values: without stale markers and absent steps. Keeps its memory for the next series.
private struct LivingSamples {
    private var timestamps: [Int64] = []
    private var values: [Double] = []
    private var histograms: [HistogramPoint] = []

    mutating func take(_ windows: SeriesWindows, _ take: (SeriesWindows) throws(QueryFailure) -> Void) throws(QueryFailure) {
        removeAll()
        for index in windows.values.indices where !windows.values[index].isAbsent {
            timestamps.append(windows.timestamps[index])
            values.append(windows.values[index])
        }
        for point in windows.histograms where !point.histogram.isStaleMarker { histograms.append(point) }
        try give(windows.labels, windows.frame, take)
    }

    mutating func take(
        _ row: Row, _ times: [Int64], _ frame: WindowFrame, _ take: (SeriesWindows) throws(QueryFailure) -> Void
    ) throws(QueryFailure) {
        removeAll()
        for step in row.values.indices where !row.values[step].isAbsent {
            timestamps.append(times[step])
            values.append(row.values[step])
        }
        for step in row.histograms.indices {
            if let histogram = row.histograms[step] { histograms.append(HistogramPoint(timestamp: times[step], histogram: histogram)) }
        }
        try give(row.labels, frame, take)
    }

    private mutating func removeAll() {
        timestamps.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        histograms.removeAll(keepingCapacity: true)
    }

    private func give(
        _ labels: LabelSet, _ frame: WindowFrame, _ take: (SeriesWindows) throws(QueryFailure) -> Void
    ) throws(QueryFailure) {
        if timestamps.isEmpty && histograms.isEmpty { return }
        try timestamps.withUnsafeBufferPointer { (timestamps) throws(QueryFailure) in
            try values.withUnsafeBufferPointer { (values) throws(QueryFailure) in
                try histograms.withUnsafeBufferPointer { (histograms) throws(QueryFailure) in
                    try take(SeriesWindows(labels: labels, timestamps: timestamps, values: values, histograms: histograms, frame: frame))
                }
            }
        }
    }
}
