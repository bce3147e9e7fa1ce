import PostwatchModel

/// How a group of rules stands.
public struct RuleGroupReport: Hashable, Sendable {
    public var name: String
    /// The rule file, as the configuration names it.
    public var file: String
    public var interval: Duration
    /// How many alerts or series one rule may yield; 0 for any number.
    public var limit: Int
    /// How long the last evaluation of all its rules took.
    public var evaluationTime: Duration
    /// `nil` before the first.
    public var lastEvaluation: Timestamp?
    /// In the group's order.
    public var rules: [RuleReport]

    public init(
        name: String, file: String, interval: Duration, limit: Int = 0, evaluationTime: Duration = .zero,
        lastEvaluation: Timestamp? = nil, rules: [RuleReport]
    ) {
        self.name = name
        self.file = file
        self.interval = interval
        self.limit = limit
        self.evaluationTime = evaluationTime
        self.lastEvaluation = lastEvaluation
        self.rules = rules
    }
}
