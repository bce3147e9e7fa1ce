/// One rule and how it stands: what the API and the pages show.
public struct RuleStatus: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case alerting, recording
    }

    /// As Prometheus' API names them.
    public enum Health: String, Hashable, Sendable {
        case unknown
        case good = "ok"
        case failing = "err"
    }

    public let kind: Kind
    /// The alert's or the recorded metric's name.
    public let name: String
    public let query: String
    /// Changes with the rule's text and with nothing else.
    public let revision: String
    /// In its file; counts from 1.
    public let line: Int
    /// `for`
    public let hold: Duration
    public let keepFiringFor: Duration
    /// As they are written, templates not filled in.
    public let labels: [String: String]
    public let annotations: [String: String]
    public var health = Health.unknown
    public var lastError: String?
    public var lastEvaluation: Timestamp?
    public var evaluationTime = Duration.zero
    /// Pending and firing, by identity; those that tell of missing data or of the limit included.
    public var alerts: [AlertRecord] = []

    public init(
        kind: Kind, name: String, query: String, revision: String, line: Int = 0, hold: Duration = .zero, keepFiringFor: Duration = .zero,
        labels: [String: String] = [:], annotations: [String: String] = [:]
    ) {
        self.kind = kind
        self.name = name
        self.query = query
        self.revision = revision
        self.line = line
        self.hold = hold
        self.keepFiringFor = keepFiringFor
        self.labels = labels
        self.annotations = annotations
    }

    /// `firing`, `pending`, `inactive`; `unknown` before the first evaluation.
    public var state: String {
        if alerts.contains(where: { $0.state == .firing }) { return "firing" }
        if !alerts.isEmpty { return "pending" }
        return lastEvaluation == nil ? "unknown" : "inactive"
    }
}

/// A group of rules and how it stands.
public struct RuleGroupStatus: Hashable, Sendable {
    public let name: String
    public let file: String
    public let interval: Duration
    public let limit: Int
    public let queryOffset: Duration
    /// The planned time.
    public var lastEvaluation: Timestamp?
    public var evaluationTime = Duration.zero
    /// Beats that were skipped since the server started.
    public var missedBeats: Int64 = 0
    public var rules: [RuleStatus]

    public init(name: String, file: String, interval: Duration, limit: Int, queryOffset: Duration, rules: [RuleStatus]) {
        self.name = name
        self.file = file
        self.interval = interval
        self.limit = limit
        self.queryOffset = queryOffset
        self.rules = rules
    }
}
