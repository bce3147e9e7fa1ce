import PostwatchModel
import TestSupport

/// Writes native histograms: mostly the last one with a few observations more, now and then one of another shape.
struct HistogramAuthor {
    private var random: SeededGenerator
    private var last = NativeHistogram()

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed &+ 0x4157)
    }

    mutating func next() -> NativeHistogram {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: return .staleMarker
        case 1: last = shape()
        default: break
        }
        let isWhole = Int.random(in: 0..<5, using: &random) > 0
        func observe(_ count: Double) -> Double {
            isWhole ? count.rounded() + Double(Int.random(in: 0..<3, using: &random)) : count + Double.random(in: 0..<1, using: &random)
        }
        last.positiveBuckets = last.positiveBuckets.map(observe)
        last.negativeBuckets = last.negativeBuckets.map(observe)
        last.zeroCount = last.hasCustomBounds ? 0 : observe(last.zeroCount)
        last.count = (last.positiveBuckets + last.negativeBuckets).reduce(last.zeroCount, +)
        last.sum = OddValues.all.filter { !Sample.isStaleMarker($0) }.randomElement(using: &random) ?? 0
        last.counterReset = [.unknown, .reset, .notReset, .gauge].randomElement(using: &random) ?? .unknown
        return last
    }

    // MARK: - Private

    private mutating func shape() -> NativeHistogram {
        var shape = NativeHistogram(schema: Int32.random(in: -4...8, using: &random), zeroThreshold: 0.5)
        (shape.positiveSpans, shape.positiveBuckets) = spans(from: -9)
        (shape.negativeSpans, shape.negativeBuckets) = spans(from: -9)
        if Int.random(in: 0..<3, using: &random) == 0 {
            shape = NativeHistogram(schema: NativeHistogram.customBoundsSchema, customBounds: (0..<40).map { Double($0) / 8 })
            (shape.positiveSpans, shape.positiveBuckets) = spans(from: 0)
        }
        return shape
    }

    private mutating func spans(from lowest: Int32) -> ([NativeHistogram.Span], [Double]) {
        let spans = (0..<Int.random(in: 0..<4, using: &random)).map { number in
            NativeHistogram.Span(
                offset: Int32.random(in: (number == 0 ? lowest : 0)...4, using: &random), length: UInt32.random(in: 0..<6, using: &random))
        }
        return (spans, Array(repeating: 0, count: spans.reduce(0) { $0 + Int($1.length) }))
    }
}
