import PostwatchModel

/// What one round over all collectors brought.
public struct CollectionRound: Hashable, Sendable {
    /// A collector that had nothing to report, and why.
    public struct Failure: Hashable, Sendable {
        public let collector: String
        public let reason: CollectionFailure
    }

    /// Something that people should know of what a collector measured.
    public struct Finding: Hashable, Sendable {
        public let collector: String
        public let text: String
    }

    /// When the round began: the time of all its samples.
    public let moment: Timestamp
    /// Each metric once, `node_scrape_collector_success` and `node_scrape_collector_duration_seconds` at the end.
    public let measurements: [Measurement]
    /// In the order of the collectors.
    public let failures: [Failure]
    /// In the order of the collectors.
    public let findings: [Finding]

    /// Every point as a sample, with `labels` (the agent's `component` and `instance`) laid over the point's own.
    public func samples(with labels: LabelSet = [:]) -> [Sample] {
        measurements.flatMap { $0.samples(at: moment, with: labels) }
    }
}
