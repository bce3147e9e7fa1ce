import PostwatchModel

/// Whether counts, spans and bounds fit each other.
extension NativeHistogram {
    /// Throws the first fault found. The number of observations is not compared with the sum of the buckets: rounding and NaN
    /// observations may make them differ.
    func validate() throws(HistogramFault) {
        if hasCustomBounds {
            try validateCustomBounds()
            guard zeroCount == 0, zeroThreshold == 0 else { throw .zeroBucketBesideCustomBounds }
            guard negativeSpans.isEmpty, negativeBuckets.isEmpty else { throw .negativeBucketsBesideCustomBounds }
        } else {
            guard Self.exponentialSchemas.contains(schema) else { throw .unknownSchema(schema) }
            guard customBounds.isEmpty else { throw .boundsOfExponentialSchema }
            try Self.validate(negativeSpans, negativeBuckets, .negative)
            if zeroCount < 0 { throw .negativeZeroCount(zeroCount) }
        }
        try Self.validate(positiveSpans, positiveBuckets, .positive)
        if count < 0 { throw .negativeCount(count) }
    }

    // MARK: - Private

    private func validateCustomBounds() throws(HistogramFault) {
        if customBounds.contains(where: \.isNaN) { throw .boundIsNotANumber }
        for (previous, next) in zip(customBounds, customBounds.dropFirst()) where next <= previous {
            throw .boundsDoNotRise(previous: previous, next: next)
        }
        if customBounds.last == .infinity { throw .boundIsInfinite }
        if let first = positiveSpans.first, first.offset < 0 { throw .negativeSpanOffset(.positive, span: 0) }
        let end = positiveSpans.reduce(0) { $0 + Int($1.offset) + Int($1.length) }
        guard end <= customBounds.count + 1 else { throw .tooFewBounds(bounds: customBounds.count, buckets: end) }
    }

    private static func validate(_ spans: [Span], _ buckets: [Double], _ side: HistogramFault.Side) throws(HistogramFault) {
        for (place, span) in spans.enumerated().dropFirst() where span.offset < 0 {
            throw .negativeSpanOffset(side, span: place)
        }
        let described = spans.reduce(0) { $0 + Int($1.length) }
        guard described == buckets.count else {
            throw .bucketsDoNotFitSpans(side, described: described, present: buckets.count)
        }
        for (place, count) in buckets.enumerated() where count < 0 {
            throw .negativeBucketCount(side, bucket: place, count: count)
        }
    }
}
