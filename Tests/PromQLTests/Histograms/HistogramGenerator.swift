import PostwatchModel

@testable import PromQL

/// Random histograms that are the same for the same seed.
struct HistogramGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators" (2014).
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func integer(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    mutating func fraction() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// Exponential buckets with whole counts that add up to the number of observations; some are empty, some spans adjoin.
    mutating func exponential(schemas: ClosedRange<Int> = -4...8) -> NativeHistogram {
        var histogram = NativeHistogram(schema: Int32(integer(in: schemas)))
        histogram.zeroThreshold = [0, 0.001, 0.01, 0.3][integer(in: 0...3)]
        histogram.zeroCount = Double(integer(in: 0...9))
        (histogram.positiveSpans, histogram.positiveBuckets) = side(schema: histogram.schema, beyond: histogram.zeroThreshold)
        (histogram.negativeSpans, histogram.negativeBuckets) = side(schema: histogram.schema, beyond: histogram.zeroThreshold)
        histogram.count = histogram.zeroCount + (histogram.positiveBuckets + histogram.negativeBuckets).reduce(0, +)
        histogram.sum = Double(integer(in: -500...500))
        return histogram
    }

    /// Custom bounds out of 1 to 9, with whole counts.
    mutating func custom() -> NativeHistogram {
        let bounds = (1...9).filter { _ in integer(in: 0...1) == 1 }.map(Double.init)
        let buckets = (0...bounds.count).map { _ in Double(integer(in: 0...5)) }
        return NativeHistogram(
            schema: NativeHistogram.customBoundsSchema, count: buckets.reduce(0, +), sum: Double(integer(in: 0...99)),
            positiveSpans: [.init(offset: 0, length: UInt32(buckets.count))], positiveBuckets: buckets, customBounds: bounds)
    }

    private mutating func side(schema: Int32, beyond threshold: Double) -> ([NativeHistogram.Span], [Double]) {
        var spans: [NativeHistogram.Span] = []
        var buckets: [Double] = []
        var first = schema < 0 ? -1 : -(3 << Int(schema))
        while ExponentialBounds.upperBound(ofBucket: first - 1, schema: schema) < threshold { first += 1 }
        for place in 0..<integer(in: 0...4) {
            let length = integer(in: 0...5)
            spans.append(.init(offset: Int32(place == 0 ? first + integer(in: 0...9) : integer(in: 0...6)), length: UInt32(length)))
            for _ in 0..<length { buckets.append(Double(integer(in: 0...7))) }
        }
        return (spans, buckets)
    }
}

/// A histogram in the notation of test scripts.
func histogram(_ notation: String) throws -> NativeHistogram { try NativeHistogram(notation: notation) }

/// Equal, or apart by rounding only.
func isClose(_ first: Double, _ second: Double, by tolerance: Double = 1e-9) -> Bool {
    first == second || (first.isNaN && second.isNaN) || abs(first - second) <= tolerance * max(1, abs(first), abs(second))
}
