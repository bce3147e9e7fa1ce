import PostwatchModel

/// One series at one moment.
public struct VectorElement: Hashable, Sendable {
    public var labels: LabelSet
    /// The moment of evaluation, not that of the sample.
    public var timestamp: Timestamp
    /// Of a histogram, its count.
    public var value: Double
    /// Set when the element is a native histogram.
    public var histogram: NativeHistogram?

    public init(labels: LabelSet, timestamp: Timestamp, value: Double, histogram: NativeHistogram? = nil) {
        self.labels = labels
        self.timestamp = timestamp
        self.value = value
        self.histogram = histogram
    }
}
