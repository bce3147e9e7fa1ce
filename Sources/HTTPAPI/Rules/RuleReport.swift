import PostwatchModel

/// How a rule stands.
public struct RuleReport: Hashable, Sendable {
    /// Raw values as the API names them.
    public enum Health: String, Hashable, Sendable {
        /// Not evaluated yet.
        case unknown
        case ok
        case failed = "err"
    }

    /// What only alerting rules have.
    public struct Alerting: Hashable, Sendable {
        /// `for`.
        public var hold: Duration
        public var keepFiringFor: Duration
        /// As they are written, with their templates.
        public var annotations: [String: String]
        /// Those that are pending or firing.
        public var alerts: [AlertRecord]

        public init(
            hold: Duration = .zero, keepFiringFor: Duration = .zero, annotations: [String: String] = [:], alerts: [AlertRecord] = []
        ) {
            self.hold = hold
            self.keepFiringFor = keepFiringFor
            self.annotations = annotations
            self.alerts = alerts
        }
    }

    /// The alert's or the recorded metric's name.
    public var name: String
    /// The expression as PromQL.
    public var query: String
    /// As they are written, with their templates.
    public var labels: LabelSet
    public var health: Health
    /// Why the last evaluation failed; `nil` when it did not.
    public var lastError: String?
    /// How long the last evaluation took.
    public var evaluationTime: Duration
    /// `nil` before the first.
    public var lastEvaluation: Timestamp?
    /// `nil` for a recording rule.
    public var alerting: Alerting?

    public init(
        name: String, query: String, labels: LabelSet = LabelSet(), health: Health = .unknown, lastError: String? = nil,
        evaluationTime: Duration = .zero, lastEvaluation: Timestamp? = nil, alerting: Alerting? = nil
    ) {
        self.name = name
        self.query = query
        self.labels = labels
        self.health = health
        self.lastError = lastError
        self.evaluationTime = evaluationTime
        self.lastEvaluation = lastEvaluation
        self.alerting = alerting
    }

    /// Of an alerting rule, that of its most serious alert: `inactive`, `pending`, `firing`, or `unknown` before the first evaluation.
    var state: String {
        guard let alerting else { return "" }
        if alerting.alerts.contains(where: { $0.state == .firing }) { return "firing" }
        if alerting.alerts.contains(where: { $0.state == .pending }) { return "pending" }
        return health == .unknown ? "unknown" : "inactive"
    }
}
