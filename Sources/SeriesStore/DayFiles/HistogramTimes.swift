import GRDB
import PostwatchModel

/// At which times a file has native histograms: samples that a flush brings for these are left out, since the histograms came first.
final class HistogramTimes {
    private let table: HistogramTable
    private let newest: Int64
    private let decompressor = ZstandardDecompressor()
    /// All rows, by series: one look at an index instead of one for each series of the flush. Taken when the first is asked for.
    private lazy var rows = Result {
        Dictionary(grouping: try table.entries(from: .min, through: .max).filter(\.isSound), by: \.labels)
    }

    /// `nil` when the file has none, as nearly all have.
    init?(_ database: Database) throws {
        guard try HistogramTable.exists(in: database), let newest = try HistogramTable(database).newest() else { return nil }
        self.newest = newest
        table = HistogramTable(database)
    }

    /// What is left of samples of one series; `nil` when that is all of them.
    func without(
        _ labels: UnsafeRawBufferPointer, _ timestamps: UnsafeBufferPointer<Int64>, _ values: UnsafeBufferPointer<Double>
    ) throws -> SampleColumns? {
        guard let first = timestamps.first, let last = timestamps.last, first <= newest else { return nil }
        var times: Set<Int64> = []
        for entry in try rows.get()[LabelSet(canonical: labels)] ?? [] where entry.first <= last && entry.last >= first {
            // What cannot be read is in nobody's way.
            for point in try table.points(of: entry, with: decompressor) ?? [] { times.insert(point.timestamp) }
        }
        if times.isEmpty { return nil }
        return SampleColumns(timestamps: Array(timestamps), values: Array(values)).without(times)
    }
}
