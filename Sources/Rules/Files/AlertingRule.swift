import PromQL

/// A condition that makes an alert of every series that fulfils it.
public struct AlertingRule: Hashable, Sendable {
    /// Becomes the label `alertname`.
    public let name: String
    public let query: PromQLQuery
    /// `for`: how long the condition must hold before the alert fires. Default: 0 s, at once.
    public let hold: Duration
    /// How long a firing alert goes on after its condition is gone. Default: 0 s.
    public let keepFiringFor: Duration
    public let labels: [String: GoTemplate]
    public let annotations: [String: GoTemplate]
    /// The annotation `postwatch_missing`. Default: `resolve`.
    public let missing: MissingData
    /// The annotation `postwatch_recover`: a firing alert ends only where this holds. Default: when `query` no longer does.
    public let recovery: PromQLQuery?
    /// The annotation `postwatch_forget`. Default: after a day, what nothing names any more.
    public let removal: RemovalPolicy
    /// What `query` is about, whether the condition holds or not; only sought where missing data may begin an alert.
    let subject: RuleSubject?
    /// In its file; counts from 1. 0 for a rule from elsewhere.
    public let line: Int

    public init(
        name: String, query: PromQLQuery, hold: Duration = .zero, keepFiringFor: Duration = .zero, labels: [String: GoTemplate] = [:],
        annotations: [String: GoTemplate] = [:], missing: MissingData = .resolve, recovery: PromQLQuery? = nil,
        removal: RemovalPolicy = .standard, line: Int = 0
    ) {
        self.name = name
        self.query = query
        self.hold = hold
        self.keepFiringFor = keepFiringFor
        self.labels = labels
        self.annotations = annotations
        self.missing = missing
        self.recovery = recovery
        self.removal = removal
        self.line = line
        switch missing {
        case .resolve, .keep: subject = nil
        case .alert, .nodata: subject = RuleSubject(of: query)
        }
    }
}
