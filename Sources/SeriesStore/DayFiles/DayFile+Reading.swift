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

    /// The samples in `start ... end` (ms since 1970) of series that satisfy `matchers`. Only their chunks are decoded.
    func select(_ matchers: [LabelMatcher], from start: Int64, through end: Int64) async throws(SeriesStoreFailure) -> Selection {
        do {
            return try await pool.read { try Self.select(matchers, from: start, through: end, in: $0) }
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
        return selection
    }
}
