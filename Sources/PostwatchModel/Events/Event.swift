/// What a rule or an outside system reports: that something began to be wrong, or that it is over.
public struct Event: Hashable, Sendable, Codable, Identifiable {
    public enum State: String, Hashable, Sendable, Codable {
        case firing, resolved
    }

    /// The same for the firing and the resolved report of one trouble.
    public let id: String
    public var state: State
    public var severity: Severity
    public var labels: LabelSet
    public var annotations: [String: String]
    public var startedAt: Timestamp
    /// `nil` while firing.
    public var endedAt: Timestamp?

    public init(
        id: String, state: State, severity: Severity, labels: LabelSet, annotations: [String: String], startedAt: Timestamp,
        endedAt: Timestamp? = nil
    ) {
        self.id = id
        self.state = state
        self.severity = severity
        self.labels = labels
        self.annotations = annotations
        self.startedAt = startedAt
        self.endedAt = endedAt
    }

    public var name: String { labels["alertname"] ?? id }
    public var component: String? { labels["component"] }
    public var node: String? { labels["instance"] }
    public var journey: String? { labels["journey"] }
    /// The place that the journey ran from.
    public var vantage: String? { labels["vantage"] }
    public var summary: String { annotations["summary"] ?? name }
    /// Why the journey that reports it failed last; `nil` when no journey does.
    public var lastFailure: String? { annotations["last_failure"] }
    /// The summary, with the reason when one is known.
    public var story: String { lastFailure.map { "\(summary) (\($0))" } ?? summary }
}
