import PostwatchModel
import Synchronization

/// Series in memory with evenly spaced samples, which notes every selection.
final class LoadedSamples: SampleQuerying {
    struct Selection: Hashable, Sendable {
        let matchers: [LabelMatcher]
        let start: Int64
        let end: Int64
        var summary = SampleSelection.Summary.last
        var coarseness = Duration.zero
    }

    private let series: [SeriesColumns]
    private let noted = Mutex<[Selection]>([])

    let exactSince: Timestamp

    var selections: [Selection] { noted.withLock { $0 } }

    /// `values`: one per step from time 0; `nil` where there is no sample.
    /// `exactSince`: what to say of a store that has summed up what came before.
    init(every step: Duration, exactSince: Timestamp = Timestamp(milliseconds: .min), _ values: [(LabelSet, [Double?])]) {
        self.exactSince = exactSince
        series = values.map { labels, values in
            var columns = SeriesColumns(labels: labels)
            for (index, value) in values.enumerated() {
                guard let value else { continue }
                columns.timestamps.append(Int64(index) * step.wholeMilliseconds)
                columns.values.append(value)
            }
            return columns
        }
    }

    func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {
        let (start, end) = (selection.start, selection.end)
        noted.withLock {
            $0.append(
                Selection(
                    matchers: selection.matchers, start: start.milliseconds, end: end.milliseconds, summary: selection.summary,
                    coarseness: selection.coarseness))
        }
        let found: [SeriesColumns] = series.compactMap { columns in
            guard selection.matchers.allSatisfy({ $0.matches(columns.labels) }) else { return nil }
            let kept = columns.timestamps.indices.filter {
                columns.timestamps[$0] >= start.milliseconds && columns.timestamps[$0] <= end.milliseconds
            }
            guard !kept.isEmpty else { return nil }
            return SeriesColumns(
                labels: columns.labels, timestamps: kept.map { columns.timestamps[$0] }, values: kept.map { columns.values[$0] })
        }
        var batch = SampleBatch(found)
        if selection.summary == .count { batch.countEach() }
        try take(batch)
    }
}
