import GRDB
import PostwatchModel

extension DayFile {
    /// What a query found, and which blocks it had to pass over.
    struct Selection: Sendable {
        /// Each series once; no order among them.
        var series: [StoredSeries] = []
        var damagedBlocks: [BlockNumber] = []
    }

    /// Label sets that a query found, and which blocks it had to pass over.
    struct Listing: Sendable {
        var labels: Set<LabelSet> = []
        var damagedBlocks: [BlockNumber] = []
    }

    /// The samples in `start ... end` (ms since 1970) of series that satisfy `matchers`, native histograms among them. Only their chunks
    /// are decoded.
    func select(_ matchers: [LabelMatcher], from start: Int64, through end: Int64) async throws(SeriesStoreFailure) -> Selection {
        do {
            return try await pool.read { try Self.select(matchers, from: start, through: end, in: $0) }
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    /// The same for native histograms alone.
    func selectHistograms(
        _ matchers: [LabelMatcher], from start: Int64, through end: Int64
    ) async throws(SeriesStoreFailure) -> Selection {
        do {
            return try await pool.read { database in
                var selection = Selection()
                guard try HistogramTable.exists(in: database) else { return selection }
                var positions: [LabelSet: Int] = [:]
                try Self.addHistograms(matchers, from: start, through: end, in: HistogramTable(database), to: &selection, at: &positions)
                return selection
            }
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    /// The same for callers that may block.
    func selectBlocking(_ matchers: [LabelMatcher], from start: Int64, through end: Int64) throws(SeriesStoreFailure) -> Selection {
        do {
            return try pool.read { try Self.select(matchers, from: start, through: end, in: $0) }
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    /// The label sets that satisfy `matchers` of series with a chunk that reaches into `start ... end`. No chunk is decoded.
    func series(_ matchers: [LabelMatcher], from start: Int64, through end: Int64) async throws(SeriesStoreFailure) -> Listing {
        do {
            return try await pool.read { database in
                var listing = Listing()
                listing.damagedBlocks = try BlockSearch(database, matchers, from: start, through: end).forEach { block in
                    block.forEachSeries { labels, chunks in
                        if chunks.contains(where: { $0.first <= end && $0.last >= start }) { listing.labels.insert(labels) }
                    }
                    return true
                }
                if try HistogramTable.exists(in: database) {
                    for entry in try HistogramTable(database).entries(matchers, from: start, through: end) {
                        if entry.isSound { listing.labels.insert(entry.labels) } else { listing.damagedBlocks.append(entry.number) }
                    }
                }
                return listing
            }
        } catch {
            throw Self.failure(error, path: path)
        }
    }

    // MARK: - Private

    private static func select(
        _ matchers: [LabelMatcher], from start: Int64, through end: Int64, in database: Database
    ) throws -> Selection {
        var selection = Selection()
        var positions: [LabelSet: Int] = [:]
        selection.damagedBlocks = try BlockSearch(database, matchers, from: start, through: end).forEach { block in
            var isSound = true
            block.forEachSeries { labels, chunks in
                var columns = SampleColumns()
                for chunk in chunks where chunk.first <= end && chunk.last >= start {
                    if let samples = block.chunks.samples(of: chunk) {
                        columns.merge(samples.slice(from: start, through: end))
                    } else {
                        isSound = false
                    }
                }
                if columns.isEmpty { return }
                if let position = positions[labels] {
                    selection.series[position].columns.merge(columns)
                } else {
                    positions[labels] = selection.series.count
                    selection.series.append(StoredSeries(labels: labels, columns: columns))
                }
            }
            return isSound
        }
        if try HistogramTable.exists(in: database) {
            try addHistograms(matchers, from: start, through: end, in: HistogramTable(database), to: &selection, at: &positions)
        }
        return selection
    }

    private static func addHistograms(
        _ matchers: [LabelMatcher], from start: Int64, through end: Int64, in table: HistogramTable, to selection: inout Selection,
        at positions: inout [LabelSet: Int]
    ) throws {
        let decompressor = ZstandardDecompressor()
        for entry in try table.entries(matchers, from: start, through: end) {
            guard let points = try table.points(of: entry, with: decompressor) else {
                selection.damagedBlocks.append(entry.number)
                continue
            }
            let wanted = points.filter { start <= $0.timestamp && $0.timestamp <= end }
            if wanted.isEmpty { continue }
            let position = positions[entry.labels] ?? selection.series.count
            if position == selection.series.count {
                positions[entry.labels] = position
                selection.series.append(StoredSeries(labels: entry.labels))
            }
            selection.series[position].histograms = selection.series[position].histograms.merging(wanted)
        }
    }
}
