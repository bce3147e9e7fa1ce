/// The state of one alert of one rule, as it is kept over restarts.
public struct AlertRecord: Hashable, Sendable, Codable, Identifiable {
    public enum State: String, Hashable, Sendable, Codable {
        /// The condition holds, but not yet for as long as the rule demands.
        case pending
        case firing
    }

    /// Group, rule and the fingerprint of the alert's labels; the same over restarts and reloads.
    public let id: String
    public let group: String
    public let rule: String
    /// The element's labels with the rule's laid over them, `alertname` included, the metric's name not.
    public let labels: LabelSet
    public var annotations: [String: String]
    public var state: State
    public var value: Double
    /// When the condition first held.
    public var activeAt: Timestamp
    public var firedAt: Timestamp?
    /// First evaluation at which the condition was gone while `keep_firing_for` holds the alert up.
    public var keepFiringSince: Timestamp?

    public init(
        id: String, group: String, rule: String, labels: LabelSet, annotations: [String: String], state: State, value: Double,
        activeAt: Timestamp, firedAt: Timestamp? = nil, keepFiringSince: Timestamp? = nil
    ) {
        self.id = id
        self.group = group
        self.rule = rule
        self.labels = labels
        self.annotations = annotations
        self.state = state
        self.value = value
        self.activeAt = activeAt
        self.firedAt = firedAt
        self.keepFiringSince = keepFiringSince
    }
}
