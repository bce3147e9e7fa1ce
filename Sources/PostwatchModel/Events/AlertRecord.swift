/// The state of one alert of one rule, as it is kept over restarts.
public struct AlertRecord: Hashable, Sendable, Codable, Identifiable {
    public enum State: String, Hashable, Sendable, Codable {
        /// The condition holds, but not yet for as long as the rule demands.
        case pending
        case firing
    }

    /// What the alert tells of.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// The rule's condition.
        case condition
        /// That data are missing which the rule judges by (`postwatch_missing: nodata`).
        case missingData
        /// That the rule has more alerts or series than its group's `limit`.
        case limit
    }

    /// Group, rule and the fingerprint of the alert's labels; the same over restarts and reloads.
    public let id: String
    public let group: String
    public let rule: String
    /// Default, also in records of versions that did not know of kinds: `condition`.
    public let kind: Kind
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
    /// The newest sample that told of the condition when it last held, for each selector of the rule. At most a minute behind.
    public var evidence: [String: Timestamp]

    public init(
        id: String, group: String, rule: String, labels: LabelSet, annotations: [String: String], state: State, value: Double,
        activeAt: Timestamp, firedAt: Timestamp? = nil, keepFiringSince: Timestamp? = nil, kind: Kind = .condition,
        evidence: [String: Timestamp] = [:]
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
        self.kind = kind
        self.evidence = evidence
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        group = try container.decode(String.self, forKey: .group)
        rule = try container.decode(String.self, forKey: .rule)
        kind = try container.decodeIfPresent(Kind.self, forKey: .kind) ?? .condition
        labels = try container.decode(LabelSet.self, forKey: .labels)
        annotations = try container.decode([String: String].self, forKey: .annotations)
        state = try container.decode(State.self, forKey: .state)
        value = try container.decode(Double.self, forKey: .value)
        activeAt = try container.decode(Timestamp.self, forKey: .activeAt)
        firedAt = try container.decodeIfPresent(Timestamp.self, forKey: .firedAt)
        keepFiringSince = try container.decodeIfPresent(Timestamp.self, forKey: .keepFiringSince)
        evidence = try container.decodeIfPresent([String: Timestamp].self, forKey: .evidence) ?? [:]
    }
}
