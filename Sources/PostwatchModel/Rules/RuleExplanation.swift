/// Why a rule came to what it did in one evaluation.
public struct RuleExplanation: Hashable, Sendable, Codable {
    /// So many samples of each selector, elements of the answer, and alerts are told of; the rest are only counted.
    public static let detailLimit = 20

    /// One sample that took part.
    public struct ReadSample: Hashable, Sendable, Codable {
        public let labels: LabelSet
        public let timestamp: Timestamp
        public let value: Double

        public init(labels: LabelSet, timestamp: Timestamp, value: Double) {
            self.labels = labels
            self.timestamp = timestamp
            self.value = value
        }
    }

    /// What one selector found.
    public struct Reading: Hashable, Sendable, Codable {
        /// `{__name__="up", job="mail"}`
        public let selector: String
        /// Both included.
        public let from: Timestamp
        public let through: Timestamp
        public let seriesCount: Int
        /// The newest sample of all series; `nil` when there was none.
        public let newest: Timestamp?
        /// The newest of each of the first series.
        public let samples: [ReadSample]

        public init(selector: String, from: Timestamp, through: Timestamp, seriesCount: Int, newest: Timestamp?, samples: [ReadSample]) {
            self.selector = selector
            self.from = from
            self.through = through
            self.seriesCount = seriesCount
            self.newest = newest
            self.samples = samples
        }
    }

    /// One element of the query's answer.
    public struct Element: Hashable, Sendable, Codable {
        public let labels: LabelSet
        public let value: Double

        public init(labels: LabelSet, value: Double) {
            self.labels = labels
            self.value = value
        }
    }

    /// What became of one alert.
    public struct AlertStep: Hashable, Sendable, Codable {
        public let id: AlertRecord.ID
        public let labels: LabelSet
        /// `nil`: there was no alert.
        public let before: AlertRecord.State?
        public let after: AlertRecord.State?
        public let value: Double
        /// In words.
        public let reason: String

        public var isChange: Bool { before != after }

        public init(
            id: AlertRecord.ID, labels: LabelSet, before: AlertRecord.State?, after: AlertRecord.State?, value: Double, reason: String
        ) {
            self.id = id
            self.labels = labels
            self.before = before
            self.after = after
            self.value = value
            self.reason = reason
        }
    }

    public let group: String
    public let rule: String
    /// Changes with the rule's text and with nothing else.
    public let revision: String
    public let expression: String
    /// The planned time of the evaluation.
    public let evaluatedAt: Timestamp
    /// What the query looked at: `query_offset` earlier.
    public let lookedAt: Timestamp
    /// The evaluation made up for one that the server had missed.
    public let isCatchUp: Bool
    /// Why there is no outcome.
    public var error: String?
    public var elementCount = 0
    public var elements: [Element] = []
    public var readings: [Reading]
    /// Those whose state changed come first.
    public var alerts: [AlertStep] = []

    public init(
        group: String, rule: String, revision: String, expression: String, evaluatedAt: Timestamp, lookedAt: Timestamp, isCatchUp: Bool,
        readings: [Reading]
    ) {
        self.group = group
        self.rule = rule
        self.revision = revision
        self.expression = expression
        self.evaluatedAt = evaluatedAt
        self.lookedAt = lookedAt
        self.isCatchUp = isCatchUp
        self.readings = readings
    }

    /// Whether an alert began, fired or ended.
    public var isChange: Bool { alerts.contains(where: \.isChange) }
}
