/// A distribution with buckets of its own choosing, as one sample. Counts are floating-point: whole ones are exact up to 2^53.
///
/// Source: Prometheus, "Native Histograms" specification.
public struct NativeHistogram: Hashable, Sendable {
    /// Buckets that stand side by side.
    public struct Span: Hashable, Sendable {
        /// The index of the first span's first bucket; for later spans, how many empty buckets lie before it.
        public var offset: Int32
        public var length: UInt32

        public init(offset: Int32, length: UInt32) {
            self.offset = offset
            self.length = length
        }
    }

    /// What is known about a reset of the counter between the sample before and this one. Raw values as in remote write.
    public enum CounterReset: UInt8, Hashable, Sendable {
        case unknown = 0
        case reset = 1
        case notReset = 2
        /// Not a counter at all.
        case gauge = 3
    }

    /// The schema of histograms whose buckets end at `customBounds`.
    public static let customBoundsSchema: Int32 = -53
    /// Schemas of exponential buckets: bucket `i` ends at `2^(i * 2^-schema)`.
    public static let exponentialSchemas: ClosedRange<Int32> = -4...8

    public var schema: Int32
    public var counterReset: CounterReset
    /// Observations of at most this distance from zero are counted in `zeroCount`.
    public var zeroThreshold: Double
    public var zeroCount: Double
    public var count: Double
    /// Of all observations. The stale marker says that the series has ended.
    public var sum: Double
    public var positiveSpans: [Span]
    /// As many as the lengths of the spans together; each the number of observations in its bucket alone.
    public var positiveBuckets: [Double]
    public var negativeSpans: [Span]
    public var negativeBuckets: [Double]
    /// Upper bounds, rising, without the infinite one; empty unless `schema` is `customBoundsSchema`.
    public var customBounds: [Double]

    public init(
        schema: Int32 = 0, counterReset: CounterReset = .unknown, zeroThreshold: Double = 0, zeroCount: Double = 0, count: Double = 0,
        sum: Double = 0, positiveSpans: [Span] = [], positiveBuckets: [Double] = [], negativeSpans: [Span] = [],
        negativeBuckets: [Double] = [], customBounds: [Double] = []
    ) {
        self.schema = schema
        self.counterReset = counterReset
        self.zeroThreshold = zeroThreshold
        self.zeroCount = zeroCount
        self.count = count
        self.sum = sum
        self.positiveSpans = positiveSpans
        self.positiveBuckets = positiveBuckets
        self.negativeSpans = negativeSpans
        self.negativeBuckets = negativeBuckets
        self.customBounds = customBounds
    }

    /// Says that the series has ended.
    public static let staleMarker = NativeHistogram(sum: Sample.staleMarker)

    public var isStaleMarker: Bool { Sample.isStaleMarker(sum) }
    public var hasCustomBounds: Bool { schema == Self.customBoundsSchema }
}

/// A native histogram at its time.
public struct HistogramPoint: Hashable, Sendable {
    /// Milliseconds since the epoch.
    public var timestamp: Int64
    public var histogram: NativeHistogram

    public init(timestamp: Int64, histogram: NativeHistogram) {
        self.timestamp = timestamp
        self.histogram = histogram
    }
}
