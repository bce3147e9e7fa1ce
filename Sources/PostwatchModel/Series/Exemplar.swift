/// One observation that stands for others of its series, with the labels that lead to it: a trace, a message.
public struct Exemplar: Hashable, Sendable {
    public var labels: LabelSet
    public var timestamp: Timestamp
    public var value: Double

    public init(labels: LabelSet, timestamp: Timestamp, value: Double) {
        self.labels = labels
        self.timestamp = timestamp
        self.value = value
    }
}

/// The exemplars of one series, oldest first.
public struct SeriesExemplars: Hashable, Sendable {
    public var labels: LabelSet
    public var exemplars: [Exemplar]

    public init(labels: LabelSet, exemplars: [Exemplar]) {
        self.labels = labels
        self.exemplars = exemplars
    }
}

/// Finds exemplars. Few are kept, and only the latest.
public protocol ExemplarQuerying: Sendable {
    /// Those in `start ... end` of series that satisfy all `matchers`. No order among series.
    func exemplars(_ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp) async -> [SeriesExemplars]
}
