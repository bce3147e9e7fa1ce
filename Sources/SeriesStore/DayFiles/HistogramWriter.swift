import GRDB
import PostwatchModel

/// Stores native histograms that a flush brings, inside of its transaction, but for those at times that have a sample already.
struct HistogramWriter {
    private let database: Database
    private let table: HistogramTable
    private let decompressor = ZstandardDecompressor()
    private let compressor = ZstandardCompressor(level: 1)

    /// Makes the table in a file that an older release has made.
    init(_ database: Database) throws {
        if try !HistogramTable.exists(in: database) { try DayFileSchema.addHistograms(to: database) }
        self.database = database
        table = HistogramTable(database)
    }

    /// - Parameter series: of the file's day; those of a metric side by side.
    func append(_ series: [HistogramSeries]) throws {
        var rest = series[...]
        while let metric = rest.first.map({ HistogramTable.metric(of: $0.labels) }) {
            let end = rest.firstIndex { HistogramTable.metric(of: $0.labels) != metric } ?? rest.endIndex
            try append(rest[..<end], metric: metric)
            rest = rest[end...]
        }
    }

    // MARK: - Private

    private func append(_ series: ArraySlice<HistogramSeries>, metric: [UInt8]) throws {
        let taken = try sampleTimes(of: series, metric: metric)
        for one in series {
            guard let first = one.columns.first, let last = one.columns.last else { continue }
            var times = taken[one.labels] ?? []
            for entry in try table.entries(labels: one.labels, from: first, through: last) {
                // What cannot be read is in nobody's way.
                for point in try table.points(of: entry, with: decompressor) ?? [] { times.insert(point.timestamp) }
            }
            let points = one.columns.points()
            let new = times.isEmpty ? points : points.filter { !times.contains($0.timestamp) }
            var rows = HistogramRowAppender(table, labels: one.labels, level: 0, compressor: compressor)
            try rows.append(new[...])
            try rows.finish()
        }
    }

    /// The times of samples in blocks, as far as they may meet a histogram. Mostly no block reaches that far.
    private func sampleTimes(of series: ArraySlice<HistogramSeries>, metric: [UInt8]) throws -> [LabelSet: Set<Int64>] {
        guard let start = series.compactMap(\.columns.first).min(), let end = series.compactMap(\.columns.last).max() else { return [:] }
        let wanted = Set(series.map(\.labels))
        let matcher = LabelMatcher(LabelSet.metricNameLabel, equals: String(decoding: metric, as: UTF8.self))
        var times: [LabelSet: Set<Int64>] = [:]
        _ = try BlockSearch(database, [matcher], from: start, through: end).forEach { block in
            block.forEachSeries { labels, chunks in
                guard wanted.contains(labels) else { return }
                for chunk in chunks where chunk.first <= end && chunk.last >= start {
                    times[labels, default: []].formUnion(block.chunks.samples(of: chunk)?.timestamps ?? [])
                }
            }
            return true
        }
        return times
    }
}
