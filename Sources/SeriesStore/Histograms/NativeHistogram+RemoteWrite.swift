import ExpositionFormat
import PostwatchModel

extension NativeHistogram {
    /// More than any observer makes, and little enough for a row of a day file.
    static let bucketLimit = 1 << 16
    /// Senders may observe more finely than can be stored, up to this schema.
    private static let finestSchema: Int32 = 52

    /// The histogram of a message. Whole counts become absolute ones; a schema that is too fine is reduced to the finest one that is kept,
    /// as Prometheus does. A stale marker says nothing else.
    init(checking message: RemoteWriteHistogram) throws(HistogramFault) {
        if Sample.isStaleMarker(message.sum) {
            self = .staleMarker
            return
        }
        let buckets =
            max(message.positive.deltas.count, message.positive.counts.count)
            + max(message.negative.deltas.count, message.negative.counts.count) + message.customValues.count
        guard buckets <= Self.bucketLimit else { throw .tooManyBuckets(buckets, limit: Self.bucketLimit) }
        self.init(
            schema: message.schema, counterReset: CounterReset(rawValue: UInt8(clamping: message.resetHint)) ?? .unknown,
            zeroThreshold: message.zeroThreshold, zeroCount: try Self.number(message.zeroCount), count: try Self.number(message.count),
            sum: message.sum, positiveSpans: message.positive.spans.map(Span.init), negativeSpans: message.negative.spans.map(Span.init),
            customBounds: message.customValues)
        switch message.count {
        case .fraction:
            positiveBuckets = message.positive.counts
            negativeBuckets = message.negative.counts
            guard !(positiveBuckets + negativeBuckets).contains(where: { $0 < 0 }) else { throw .negativeCount }
        case .whole(let count):
            let positive = try Self.counts(message.positive.deltas)
            let negative = try Self.counts(message.negative.deltas)
            positiveBuckets = positive.counts
            negativeBuckets = negative.counts
            try Self.check(count, against: [positive.sum, negative.sum, Self.whole(message.zeroCount)], hasSum: !message.sum.isNaN)
        }
        try Self.check(positiveSpans, buckets: positiveBuckets.count)
        try Self.check(negativeSpans, buckets: negativeBuckets.count)
        try checkSchema()
        if schema > Self.exponentialSchemas.upperBound { reduce(to: Self.exponentialSchemas.upperBound) }
    }

    // MARK: - Private

    private static func number(_ count: RemoteWriteHistogram.Count) throws(HistogramFault) -> Double {
        switch count {
        case .whole(let value): return Double(value)
        case .fraction(let value):
            if value < 0 { throw .negativeCount }
            return value
        }
    }

    /// Of a histogram with whole counts.
    private static func whole(_ count: RemoteWriteHistogram.Count) -> UInt64 {
        switch count {
        case .whole(let value): value
        case .fraction: 0
        }
    }

    private static func counts(_ deltas: [Int64]) throws(HistogramFault) -> (counts: [Double], sum: UInt64) {
        var counts: [Double] = []
        counts.reserveCapacity(deltas.count)
        var count: Int64 = 0
        var sum: UInt64 = 0
        for delta in deltas {
            let (next, overflow) = count.addingReportingOverflow(delta)
            guard !overflow, next >= 0 else { throw .negativeCount }
            count = next
            // A sum that large never is what the histogram says.
            sum = sum.addingReportingOverflow(UInt64(next)).overflow ? .max : sum + UInt64(next)
            counts.append(Double(next))
        }
        return (counts, sum)
    }

    /// Observations that are no number are in no bucket, and then the sum is none either.
    private static func check(_ count: UInt64, against parts: [UInt64], hasSum: Bool) throws(HistogramFault) {
        let buckets = parts.reduce(into: UInt64(0)) { sum, part in
            sum = sum.addingReportingOverflow(part).overflow ? .max : sum + part
        }
        guard hasSum ? buckets == count : buckets <= count else { throw .countMismatch(count: count, buckets: buckets) }
    }

    private static func check(_ spans: [Span], buckets: Int) throws(HistogramFault) {
        var length = 0
        var index: Int64 = 0
        for (number, span) in spans.enumerated() {
            if number > 0 && span.offset < 0 { throw .overlappingSpans }
            index += Int64(span.offset) + Int64(span.length)
            length += Int(span.length)
            guard index <= Int64(Int32.max) else { throw .bucketOutOfRange }
        }
        guard length == buckets, spans.count <= bucketLimit else { throw .spansDoNotFit(length: length, buckets: buckets) }
    }

    private func checkSchema() throws(HistogramFault) {
        guard hasCustomBounds else {
            guard (Self.exponentialSchemas.lowerBound...Self.finestSchema).contains(schema) else { throw .unknownSchema(schema) }
            if !customBounds.isEmpty { throw .mixedBuckets }
            return
        }
        guard zeroCount == 0, zeroThreshold == 0, negativeSpans.isEmpty, negativeBuckets.isEmpty else { throw .mixedBuckets }
        guard customBounds.allSatisfy(\.isFinite), zip(customBounds, customBounds.dropFirst()).allSatisfy(<) else {
            throw .unorderedBounds
        }
        let end = positiveSpans.reduce(0) { $0 + Int($1.offset) + Int($1.length) }
        guard (positiveSpans.first?.offset ?? 0) >= 0, end <= customBounds.count + 1 else { throw .bucketOutOfRange }
    }

    private mutating func reduce(to schema: Int32) {
        let shift = self.schema - schema
        (positiveSpans, positiveBuckets) = Self.reduced(positiveSpans, positiveBuckets, by: shift)
        (negativeSpans, negativeBuckets) = Self.reduced(negativeSpans, negativeBuckets, by: shift)
        self.schema = schema
    }

    /// Each `2^shift` neighbours become one bucket.
    private static func reduced(_ spans: [Span], _ buckets: [Double], by shift: Int32) -> ([Span], [Double]) {
        var reduced: (spans: [Span], buckets: [Double]) = ([], [])
        var index: Int64 = 0
        var next = 0
        // Of the last bucket that was made.
        var last: Int64 = 0
        for span in spans {
            index += Int64(span.offset)
            for _ in 0..<span.length {
                let target = ((index - 1) >> Int64(shift)) + 1
                if !reduced.buckets.isEmpty && target == last {
                    reduced.buckets[reduced.buckets.count - 1] += buckets[next]
                } else {
                    if !reduced.buckets.isEmpty && target == last + 1 {
                        reduced.spans[reduced.spans.count - 1].length += 1
                    } else {
                        let offset = reduced.buckets.isEmpty ? target : target - last - 1
                        reduced.spans.append(Span(offset: Int32(offset), length: 1))
                    }
                    reduced.buckets.append(buckets[next])
                    last = target
                }
                index += 1
                next += 1
            }
        }
        return reduced
    }
}

extension NativeHistogram.Span {
    fileprivate init(_ span: RemoteWriteHistogram.Span) {
        self.init(offset: span.offset, length: span.length)
    }
}

extension RemoteWriteHistogram {
    /// In the form for fractional counts, which says the same of whole ones.
    init(_ point: HistogramPoint) {
        self.init()
        let histogram = point.histogram
        timestamp = point.timestamp
        count = .fraction(histogram.count)
        sum = histogram.sum
        schema = histogram.schema
        zeroThreshold = histogram.zeroThreshold
        zeroCount = .fraction(histogram.zeroCount)
        negative = Side(spans: histogram.negativeSpans.map(Self.span), counts: histogram.negativeBuckets)
        positive = Side(spans: histogram.positiveSpans.map(Self.span), counts: histogram.positiveBuckets)
        resetHint = Int(histogram.counterReset.rawValue)
        customValues = histogram.customBounds
    }

    // MARK: - Private

    private static func span(_ span: NativeHistogram.Span) -> Span {
        Span(offset: span.offset, length: span.length)
    }
}
