/// Why a native histogram makes no sense.
///
/// Source: Prometheus, package `model/histogram`, validation.
enum HistogramFault: Error, Hashable, Sendable, CustomStringConvertible {
    enum Side: String, Hashable, Sendable {
        case positive
        case negative
    }

    case unknownSchema(Int32)
    case negativeSpanOffset(Side, span: Int)
    case bucketsDoNotFitSpans(Side, described: Int, present: Int)
    case negativeBucketCount(Side, bucket: Int, count: Double)
    case negativeZeroCount(Double)
    case negativeCount(Double)
    case boundIsNotANumber
    case boundsDoNotRise(previous: Double, next: Double)
    case boundIsInfinite
    case tooFewBounds(bounds: Int, buckets: Int)
    case zeroBucketBesideCustomBounds
    case negativeBucketsBesideCustomBounds
    case boundsOfExponentialSchema

    var description: String {
        switch self {
        case .unknownSchema(let schema): "schema \(schema) is neither exponential (-4 to 8) nor that of custom bounds (-53)"
        case .negativeSpanOffset(let side, let span): "\(side.rawValue) span \(span + 1) has a negative offset"
        case .bucketsDoNotFitSpans(let side, let described, let present):
            "the \(side.rawValue) spans describe \(described) buckets, but there are \(present)"
        case .negativeBucketCount(let side, let bucket, let count):
            "\(side.rawValue) bucket \(bucket + 1) has the negative count \(count.generalText)"
        case .negativeZeroCount(let count): "the zero bucket has the negative count \(count.generalText)"
        case .negativeCount(let count): "the number of observations is negative: \(count.generalText)"
        case .boundIsNotANumber: "a custom bound is NaN"
        case .boundsDoNotRise(let previous, let next):
            "custom bounds must rise, but \(next.generalText) follows \(previous.generalText)"
        case .boundIsInfinite: "the last custom bound is +Inf, which is understood and must not be given"
        case .tooFewBounds(let bounds, let buckets): "\(bounds) custom bounds are too few for \(buckets) buckets"
        case .zeroBucketBesideCustomBounds: "a histogram with custom bounds has no zero bucket"
        case .negativeBucketsBesideCustomBounds: "a histogram with custom bounds has no negative buckets"
        case .boundsOfExponentialSchema: "a histogram with exponential buckets has no custom bounds"
        }
    }
}
