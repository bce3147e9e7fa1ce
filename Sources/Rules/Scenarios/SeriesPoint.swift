import PostwatchModel
import PromQL

/// One sample of an input series or of an expected answer: a number or a native histogram.
public enum SeriesPoint: Hashable, Sendable {
    case value(Double)
    case histogram(NativeHistogram)

    /// Whether both are numbers of the same value, NaN like NaN, or the same histogram. Histograms are compared as they are written,
    /// without empty buckets outside; what is known about counter resets counts where both sides know something.
    /// - Parameter isFuzzy: numbers may differ in the last bits.
    func agrees(with other: SeriesPoint, isFuzzy: Bool) -> Bool {
        switch (self, other) {
        case (.value(let left), .value(let right)):
            return left == right || (left.isNaN && right.isNaN) || (isFuzzy && abs(left - right) <= abs(right).ulp)
        case (.histogram(var left), .histogram(var right)):
            if left.counterReset == .unknown || right.counterReset == .unknown {
                (left.counterReset, right.counterReset) = (.unknown, .unknown)
            }
            return left.notation == right.notation
        case (.value, .histogram), (.histogram, .value): return false
        }
    }

    /// As it is written in a test file.
    var text: String {
        switch self {
        case .value(let value): value.prometheusText
        case .histogram(let histogram): histogram.notation
        }
    }

    func sample(_ labels: LabelSet, at moment: Timestamp) -> Sample {
        switch self {
        case .value(let value): Sample(labels: labels, timestamp: moment, value: value)
        case .histogram(let histogram): Sample(labels: labels, timestamp: moment, histogram: histogram)
        }
    }
}

extension VectorElement {
    var point: SeriesPoint { histogram.map { .histogram($0) } ?? .value(value) }
}
