/// The value of one label set of a family.
public struct MetricPoint: Hashable, Sendable {
    public struct Label: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public struct Bucket: Hashable, Sendable {
        /// The inclusive `le` of the bucket.
        public var upperBound: Double
        /// Observations up to `upperBound`, those of the lower buckets included.
        public var cumulativeCount: UInt64

        public init(upperBound: Double, cumulativeCount: UInt64) {
            self.upperBound = upperBound
            self.cumulativeCount = cumulativeCount
        }
    }

    public enum Value: Hashable, Sendable {
        case number(Double)
        /// Buckets by rising bound, without the one for infinity, which is `count`.
        case histogram(buckets: [Bucket], sum: Double, count: UInt64)
    }

    /// Written in this order.
    public var labels: [Label]
    public var value: Value
    /// Milliseconds since the epoch; `nil`: the time of the scrape.
    public var timestamp: Int64?

    public init(labels: [Label] = [], value: Value, timestamp: Int64? = nil) {
        self.labels = labels
        self.value = value
        self.timestamp = timestamp
    }
}
