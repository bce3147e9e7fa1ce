/// One measured value of one series.
public struct Sample: Hashable, Sendable {
    public var labels: LabelSet
    public var timestamp: Timestamp
    public var value: Double

    public init(labels: LabelSet, timestamp: Timestamp, value: Double) {
        self.labels = labels
        self.timestamp = timestamp
        self.value = value
    }

    /// The NaN whose bits say "this series has ended": it hides the series from instant queries at once.
    /// Source: Prometheus remote-write specification, "Stale markers". Compare bits, never `isNaN`.
    public static let staleMarker = Double(bitPattern: 0x7FF0_0000_0000_0002)

    public static func isStaleMarker(_ value: Double) -> Bool {
        value.bitPattern == 0x7FF0_0000_0000_0002
    }
}
