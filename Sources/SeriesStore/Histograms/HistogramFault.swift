/// What is wrong with a native histogram. Source of the rules: Prometheus, "Native Histograms" specification.
enum HistogramFault: Error, Hashable, Sendable {
    /// The bytes are no histogram.
    case unreadable
    /// Neither exponential nor with bounds of its own.
    case unknownSchema(Int32)
    /// The lengths of its spans do not add up to the number of its buckets.
    case spansDoNotFit(length: Int, buckets: Int)
    /// A span begins before the one before it has ended.
    case overlappingSpans
    /// A bucket that no number can be in.
    case bucketOutOfRange
    case negativeCount
    /// Whole counts: that of all observations is not the sum of its buckets.
    case countMismatch(count: UInt64, buckets: UInt64)
    case tooManyBuckets(Int, limit: Int)
    /// Custom bounds do not rise, or one is infinite or no number.
    case unorderedBounds
    /// Custom bounds come with a zero bucket or with negative ones, or an exponential schema with custom bounds.
    case mixedBuckets
}

extension HistogramFault: CustomStringConvertible {
    var description: String {
        switch self {
        case .unreadable: "its bytes cannot be read"
        case .unknownSchema(let schema): "its schema \(schema) is none of -4 to 8 and -53"
        case .spansDoNotFit(let length, let buckets): "its spans are \(length) buckets long and it has \(buckets)"
        case .overlappingSpans: "a span of it begins before the one before has ended"
        case .bucketOutOfRange: "a bucket of it lies outside of all numbers"
        case .negativeCount: "it counts fewer than no observations"
        case .countMismatch(let count, let buckets): "it counts \(count) observations and its buckets \(buckets)"
        case .tooManyBuckets(let count, let limit): "it has \(count) buckets, over the limit of \(limit)"
        case .unorderedBounds: "its custom bounds do not rise, or one is not finite"
        case .mixedBuckets: "it mixes custom bounds with zero, negative or exponential buckets"
        }
    }
}
