import PromQL

/// A query whose answer is stored as series of its own.
public struct RecordingRule: Hashable, Sendable {
    public let metric: String
    public let query: PromQLQuery
    /// Laid over the labels of the answer; an empty value removes a label.
    public let labels: [String: String]

    public init(metric: String, query: PromQLQuery, labels: [String: String] = [:]) {
        self.metric = metric
        self.query = query
        self.labels = labels
    }
}
