import PostwatchModel

/// `metric{label="x"} offset 5m @ 1700000000`
struct VectorSelector: Hashable, Sendable {
    /// The metric's name included; in a fixed order, whatever order they were written in.
    let matchers: [LabelMatcher]
    /// The name that stands before the braces, if one does.
    let writtenName: String?
    var shift = TimeShift()
    /// What to do at the ends of a range. Experimental.
    var boundary: RangeBoundary?
    /// What may stand for samples, and for how long a time in milliseconds: chosen before a query is evaluated.
    var summary = SampleSelection.Summary.last
    var coarseness: Int64 = 0
    /// Up to the last modifier.
    var range: SourceRange

    init(matchers: [LabelMatcher], writtenName: String? = nil, range: SourceRange) {
        self.matchers = matchers.sorted {
            ($0.name, $0.operation.rawValue, $0.value) < ($1.name, $1.operation.rawValue, $1.value)
        }
        self.writtenName = writtenName
        self.range = range
    }

    static func == (left: VectorSelector, right: VectorSelector) -> Bool {
        left.matchers == right.matchers && left.shift == right.shift && left.boundary == right.boundary
            && left.summary == right.summary && left.coarseness == right.coarseness
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(matchers)
        hasher.combine(shift)
        hasher.combine(boundary)
        hasher.combine(summary)
        hasher.combine(coarseness)
    }
}
