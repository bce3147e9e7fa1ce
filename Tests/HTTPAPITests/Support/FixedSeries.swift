import PostwatchModel

/// A handful of series that never change.
struct FixedSeries: SampleQuerying, SeriesListing {
    var all: [SeriesColumns] = []

    func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {
        let range = selection.start.milliseconds...selection.end.milliseconds
        var batch = SampleBatch()
        for series in all where selection.matchers.allSatisfy({ $0.matches(series.labels) }) {
            let chosen = series.timestamps.indices.filter { range.contains(series.timestamps[$0]) }
            if chosen.isEmpty { continue }
            batch.append(
                SeriesColumns(
                    labels: series.labels, timestamps: chosen.map { series.timestamps[$0] }, values: chosen.map { series.values[$0] }))
        }
        try take(batch)
    }

    func series(
        _ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?
    ) async throws -> [LabelSet] {
        let found = all.filter { series in
            (selectors.isEmpty || selectors.contains { $0.allSatisfy { $0.matches(series.labels) } })
                && series.timestamps.contains { (start.milliseconds...end.milliseconds).contains($0) }
        }
        let sorted = found.map(\.labels).sorted { $0.description < $1.description }
        return Array(sorted.prefix(limit ?? sorted.count))
    }

    func labelNames(
        _ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?
    ) async throws -> [String] {
        let all = try await series(selectors, from: start, through: end, limit: nil)
        let names = Set(all.flatMap { $0.labels.map(\.name) }).sorted()
        return Array(names.prefix(limit ?? names.count))
    }

    func labelValues(
        of name: String, _ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?
    ) async throws -> [String] {
        let all = try await series(selectors, from: start, through: end, limit: nil)
        let values = Set(all.compactMap { $0[name] }).sorted()
        return Array(values.prefix(limit ?? values.count))
    }
}
