import PostwatchModel
import TestSupport

/// Native histograms of many shapes, most of which look like the one before, as those of a sender do.
struct RandomHistogram {
    var random: SeededGenerator
    private var last: NativeHistogram?

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func next() -> NativeHistogram {
        if Int.random(in: 0..<20, using: &random) == 0 { return .staleMarker }
        var histogram = Int.random(in: 0..<4, using: &random) == 0 ? layout() : last ?? layout()
        let isWhole = Int.random(in: 0..<4, using: &random) > 0
        func more(_ count: Double) -> Double {
            isWhole ? count.rounded() + Double(Int.random(in: 0..<9, using: &random)) : Double.random(in: 0...100, using: &random)
        }
        histogram.positiveBuckets = histogram.positiveBuckets.map(more)
        histogram.negativeBuckets = histogram.negativeBuckets.map(more)
        if !histogram.hasCustomBounds { histogram.zeroCount = more(histogram.zeroCount) }
        histogram.count = (histogram.positiveBuckets + histogram.negativeBuckets).reduce(histogram.zeroCount, +)
        histogram.sum = [Double.random(in: -1e9...1e9, using: &random), .infinity, .nan, -0.0].randomElement(using: &random) ?? 0
        histogram.counterReset = [.unknown, .reset, .notReset, .gauge].randomElement(using: &random) ?? .unknown
        last = histogram
        return histogram
    }

    mutating func points(_ count: Int, from start: Int64 = 1_699_963_200_000) -> [HistogramPoint] {
        var time = start
        return (0..<count).map { _ in
            time += Int64.random(in: 1...15_000, using: &random)
            return HistogramPoint(timestamp: time, histogram: next())
        }
    }

    // MARK: - Private

    private mutating func layout() -> NativeHistogram {
        var histogram = NativeHistogram(schema: Int32.random(in: -4...8, using: &random))
        (histogram.positiveSpans, histogram.positiveBuckets) = spans(from: -20)
        if Bool.random(using: &random) {
            histogram.schema = NativeHistogram.customBoundsSchema
            (histogram.positiveSpans, histogram.positiveBuckets) = spans(from: 0)
            histogram.customBounds = (0..<100).map { Double($0) / 8 }
        } else {
            (histogram.negativeSpans, histogram.negativeBuckets) = spans(from: -20)
            histogram.zeroThreshold = Bool.random(using: &random) ? 0 : 0.001
        }
        return histogram
    }

    private mutating func spans(from lowest: Int32) -> ([NativeHistogram.Span], [Double]) {
        var spans: [NativeHistogram.Span] = []
        for number in 0..<Int.random(in: 0..<4, using: &random) {
            let offset = Int32.random(in: (number == 0 ? lowest : 0)...5, using: &random)
            spans.append(.init(offset: offset, length: UInt32.random(in: 0..<6, using: &random)))
        }
        return (spans, Array(repeating: 0, count: spans.reduce(0) { $0 + Int($1.length) }))
    }
}

extension NativeHistogram {
    /// Every bit of it, for comparisons that take NaN for equal to itself. Stale markers are alike.
    var bits: [UInt64] {
        if isStaleMarker { return [sum.bitPattern] }
        var bits = [UInt64(bitPattern: Int64(schema)), UInt64(counterReset.rawValue)]
        bits += [zeroThreshold, zeroCount, count, sum].map(\.bitPattern)
        for spans in [positiveSpans, negativeSpans] {
            bits.append(UInt64(spans.count))
            for span in spans { bits += [UInt64(bitPattern: Int64(span.offset)), UInt64(span.length)] }
        }
        for numbers in [positiveBuckets, negativeBuckets, customBounds] { bits += [UInt64(numbers.count)] + numbers.map(\.bitPattern) }
        return bits
    }
}

extension [HistogramPoint] {
    /// Time → every bit.
    var bits: [Int64: [UInt64]] { Dictionary(uniqueKeysWithValues: map { ($0.timestamp, $0.histogram.bits) }) }
}
