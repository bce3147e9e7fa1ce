import PostwatchModel

/// Summaries of a part of a day's series, made from its day file.
struct DaySummary: Sendable {
    /// In the order of series.
    private(set) var series: [(labels: LabelSet, samples: SampleColumns)] = []
    /// No series is left behind them.
    private(set) var isLast = false
    private(set) var damagedBlocks: [DayFile.BlockNumber] = []
    /// The last value of a series on the day before.
    private var previous: [LabelSet: Double] = [:]

    /// How far back the sample before midnight is looked for, to see whether a counter was reset in between.
    private static let millisecondsBefore: Int64 = 3_600_000

    /// The series behind `progress`, as many as a part has. Blocks.
    init(of file: DayFile, behind progress: LabelSet?, pace: SummingPace) throws(SeriesStoreFailure) {
        do {
            try file.pool.read { database in
                let walk = try SeriesWalk(database, behind: progress)
                var samples = 0
                while samples < pace.samplesAtOnce, series.count < pace.seriesAtOnce, let labels = walk.labels {
                    series.append((labels, try walk.take(labels)))
                    samples += series[series.count - 1].samples.count
                }
                isLast = walk.labels == nil
                damagedBlocks = walk.damagedBlocks
            }
        } catch {
            throw DayFile.failure(error, path: file.path)
        }
    }

    /// Those of `labels` that are there. Blocks.
    init(of file: DayFile, series wanted: [LabelSet]) throws(SeriesStoreFailure) {
        do {
            try file.pool.read { database in
                let wanted = wanted.sorted { $0.isOrdered(before: $1) }
                let walk = try SeriesWalk(database, from: wanted.first)
                for labels in wanted {
                    try walk.advance(to: labels)
                    if walk.labels == labels { series.append((labels, try walk.take(labels))) }
                }
                damagedBlocks = walk.damagedBlocks
            }
        } catch {
            throw DayFile.failure(error, path: file.path)
        }
    }

    /// Looks up what the series were on the day before. Blocks.
    mutating func notePrevious(from file: DayFile) throws(SeriesStoreFailure) {
        do {
            try file.pool.read { database in
                // A part of a day begins where the one before it ended, and not at the first series again.
                let walk = try SeriesWalk(database, from: series.first?.labels)
                for (labels, _) in series {
                    try walk.advance(to: labels)
                    guard walk.labels == labels else { continue }
                    previous[labels] = try walk.takeLastNumber(labels, from: file.span.end - Self.millisecondsBefore)
                }
            }
        } catch {
            throw DayFile.failure(error, path: file.path)
        }
    }

    func summaries(in resolution: Resolution) -> [(LabelSet, SummaryColumns)] {
        series.map { ($0.labels, SummaryColumns(of: $0.samples, in: resolution, after: previous[$0.labels])) }
    }
}
