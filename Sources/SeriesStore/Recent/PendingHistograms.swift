import PostwatchModel

/// The native histograms that a flush is about, by day; inside of a day in the order of series.
struct PendingHistograms: Sendable {
    private(set) var days: [Day: [HistogramSeries]] = [:]

    /// Takes them from memory, where they stay readable until `RecentSamples.endFlush`.
    static func begin(_ series: PendingSeries, in memory: SharedRecentSamples) -> PendingHistograms {
        let taken = memory.withLock { recent -> [HistogramSeries] in
            if recent.histograms.isEmpty { return [] }
            return series.numbers.compactMap { number in
                let columns = recent.beginHistogramFlush(number)
                return columns.isEmpty ? nil : HistogramSeries(labels: LabelSet(canonical: recent.labelBytes(of: number)), columns: columns)
            }
        }
        var pending = PendingHistograms()
        for one in taken {
            guard let first = one.columns.first, let last = one.columns.last else { continue }
            if Day(containing: first) == Day(containing: last) {
                pending.days[Day(containing: first), default: []].append(one)
                continue
            }
            let points = Dictionary(grouping: one.columns.points()) { Day(containing: $0.timestamp) }
            for (day, points) in points {
                pending.days[day, default: []].append(HistogramSeries(labels: one.labels, columns: HistogramColumns(points)))
            }
        }
        return pending
    }
}
