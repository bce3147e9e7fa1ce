import GRDB
import PostwatchModel

/// Remembers which series of days that are summed up have changed, before they do.
extension DayFileShelf {
    /// Samples of these series are about to be written to the file of `day`.
    func noteLate(_ labels: [LabelSet], on day: Day) throws(SeriesStoreFailure) {
        for resolution in Resolution.allCases {
            try withExistingFile(of: .month(Month(containing: day), resolution)) { file throws(SeriesStoreFailure) in
                guard try file.ledger()[day] != nil else { return }
                try file.changeLedger { try $0.noteLate(labels, on: day) }
            }
        }
    }

    /// Samples are about to be deleted from the file of `day`. Where the whole day goes, so do its summaries, and nothing is left to do.
    func noteChange(by deletion: DeletionRecord, on day: Day) throws(SeriesStoreFailure) {
        if deletion.range.lowerBound <= day.start && deletion.range.upperBound >= day.end { return }
        var isSummedUp = false
        for resolution in Resolution.allCases {
            try withExistingFile(of: .month(Month(containing: day), resolution)) { file throws(SeriesStoreFailure) in
                // What is in the day file of others came later than its summaries, and is added to them.
                if let entry = try file.ledger()[day], !entry.isAlone { isSummedUp = true }
            }
        }
        guard isSummedUp else { return }
        var labels: Set<LabelSet> = []
        try withExistingFile(of: .day(day)) { file throws(SeriesStoreFailure) in
            labels = try file.labels(deletion.matchers, in: deletion.range)
        }
        try noteLate(Array(labels), on: day)
    }
}

extension DayFile {
    /// The series that satisfy `matchers` and may have samples in `range`. Blocks.
    fileprivate func labels(_ matchers: [LabelMatcher], in range: ClosedRange<Int64>) throws(SeriesStoreFailure) -> Set<LabelSet> {
        do {
            return try pool.read { database in
                var labels: Set<LabelSet> = []
                _ = try BlockSearch(database, matchers, from: range.lowerBound, through: range.upperBound).forEach { block in
                    block.forEachSeries { series, _ in labels.insert(series) }
                    return true
                }
                return labels
            }
        } catch {
            throw Self.failure(error, path: path)
        }
    }
}
