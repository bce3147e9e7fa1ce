import PromQL

/// A query whose answer is stored as series of its own.
public struct RecordingRule: Hashable, Sendable {
    public let metric: String
    public let query: PromQLQuery
    /// Laid over the labels of the answer; an empty value removes a label.
    public let labels: [String: String]
    /// In its file; counts from 1. 0 for a rule from elsewhere.
    public let line: Int

    public init(metric: String, query: PromQLQuery, labels: [String: String] = [:], line: Int = 0) {
        self.metric = metric
        self.query = query
        self.labels = labels
        self.line = line
    }
}
