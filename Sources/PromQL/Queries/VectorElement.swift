import PostwatchModel

/// One series at one moment.
public struct VectorElement: Hashable, Sendable {
    public var labels: LabelSet
    /// The moment of evaluation, not that of the sample.
    public var timestamp: Timestamp
    public var value: Double

    public init(labels: LabelSet, timestamp: Timestamp, value: Double) {
        self.labels = labels
        self.timestamp = timestamp
        self.value = value
    }
}
