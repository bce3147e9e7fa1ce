/// One series with its samples in a time range, as columns of equal length, oldest first, each timestamp once.
public struct SeriesColumns: Hashable, Sendable {
    public var labels: LabelSet
    /// Milliseconds since the epoch, strictly rising.
    public var timestamps: [Int64]
    /// Stale markers included.
    public var values: [Double]

    public init(labels: LabelSet, timestamps: [Int64] = [], values: [Double] = []) {
        self.labels = labels
        self.timestamps = timestamps
        self.values = values
    }
}

/// Finds samples: the port between the series store and everything that judges or shows them.
public protocol SampleQuerying: Sendable {
    /// Series that satisfy all `matchers` and have a sample in `start ... end`, with those samples. No order among series.
    func select(_ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp) async throws -> [SeriesColumns]
}

/// Takes samples in: the port between collectors, journeys, remote write and the series store.
public protocol SampleAppending: Sendable {
    /// Returns once the samples are durable: on disk, or in a buffer on disk that will deliver them.
    /// Of two samples of one series at one time the first stays.
    func append(_ samples: [Sample]) async throws
}
