import PostwatchModel

/// The samples of one query, fetched before its evaluation.
struct FetchedSamples: Sendable {
    private var columns: [[LabelMatcher]: [(selection: SelectionPlan.Selection, series: [SeriesColumns])]] = [:]
    private(set) var count = 0

    mutating func add(_ series: [SeriesColumns], for selection: SelectionPlan.Selection) {
        columns[selection.matchers, default: []].append((selection, series))
        for column in series { count += column.values.count }
    }

    /// The series of the selection that covers `start ... end`; they may reach farther on both sides.
    func series(_ matchers: [LabelMatcher], from start: Int64, through end: Int64) -> [SeriesColumns] {
        let found = columns[matchers]?.first { $0.selection.start <= start && end <= $0.selection.end }
        guard let found else { preconditionFailure("the plan missed a selector") }
        return found.series
    }
}
