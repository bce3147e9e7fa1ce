import PostwatchModel

/// Every bit of a value or of a native histogram, for comparisons in which NaN equals itself.
enum SampleBits: Hashable, Sendable {
    case value(UInt64)
    case histogram([UInt64])

    init(_ value: Double) {
        self = .value(value.bitPattern)
    }

    init(_ sample: Sample) {
        self = sample.histogram.map(SampleBits.init) ?? SampleBits(sample.value)
    }

    /// A stale marker says nothing else.
    init(_ histogram: NativeHistogram) {
        var bits = [histogram.sum.bitPattern]
        if !histogram.isStaleMarker {
            bits += [UInt64(bitPattern: Int64(histogram.schema)), UInt64(histogram.counterReset.rawValue)]
            bits += [histogram.zeroThreshold, histogram.zeroCount, histogram.count].map(\.bitPattern)
            for spans in [histogram.positiveSpans, histogram.negativeSpans] {
                bits.append(UInt64(spans.count))
                for span in spans { bits += [UInt64(bitPattern: Int64(span.offset)), UInt64(span.length)] }
            }
            for numbers in [histogram.positiveBuckets, histogram.negativeBuckets, histogram.customBounds] {
                bits += [UInt64(numbers.count)] + numbers.map(\.bitPattern)
            }
        }
        self = .histogram(bits)
    }
}

extension SampleBits: CustomStringConvertible {
    var description: String {
        switch self {
        case .value(let bits): "\(Double(bitPattern: bits)) (0x\(String(bits, radix: 16)))"
        case .histogram(let bits): "histogram \(bits)"
        }
    }
}
