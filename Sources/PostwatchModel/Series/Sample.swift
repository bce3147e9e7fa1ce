/// One measured value, or one native histogram, of one series.
public struct Sample: Hashable, Sendable {
    public var labels: LabelSet
    public var timestamp: Timestamp
    /// Means nothing beside a histogram.
    public var value: Double
    /// `nil` for a value.
    public var histogram: NativeHistogram?

    public init(labels: LabelSet, timestamp: Timestamp, value: Double) {
        self.labels = labels
        self.timestamp = timestamp
        self.value = value
    }

    public init(labels: LabelSet, timestamp: Timestamp, histogram: NativeHistogram) {
        self.init(labels: labels, timestamp: timestamp, value: 0)
        self.histogram = histogram
    }

    /// The NaN whose bits say "this series has ended": it hides the series from instant queries at once.
    /// Source: Prometheus remote-write specification, "Stale markers". Compare bits, never `isNaN`.
    public static let staleMarker = Double(bitPattern: 0x7FF0_0000_0000_0002)

    public static func isStaleMarker(_ value: Double) -> Bool {
        value.bitPattern == 0x7FF0_0000_0000_0002
    }
}
