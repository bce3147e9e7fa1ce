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

    public init(
        name: String, query: PromQLQuery, hold: Duration = .zero, keepFiringFor: Duration = .zero, labels: [String: GoTemplate] = [:],
        annotations: [String: GoTemplate] = [:]
    ) {
        self.name = name
        self.query = query
        self.hold = hold
        self.keepFiringFor = keepFiringFor
        self.labels = labels
        self.annotations = annotations
    }
}
