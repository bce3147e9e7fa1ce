/// What is said of a metric family: all series that belong to one metric.
public struct MetricMetadata: Hashable, Sendable, Codable {
    /// As Prometheus' HTTP API names them.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case unknown, counter, gauge, histogram, gaugehistogram, summary, info, stateset
    }

    public var kind: Kind
    public var help: String
    /// `seconds`, `bytes`; mostly empty.
    public var unit: String

    public init(kind: Kind = .unknown, help: String = "", unit: String = "") {
        self.kind = kind
        self.help = help
        self.unit = unit
    }
}

/// Knows what senders said of metric families.
public protocol MetadataQuerying: Sendable {
    /// By the name of the family. What was said last counts.
    func metadata() async -> [String: MetricMetadata]
}
