import PostwatchModel

/// The same observations in other buckets.
extension NativeHistogram {
    /// Without empty buckets, and with as few spans as the rest allows.
    func compacted() -> NativeHistogram {
        var result = self
        (result.positiveSpans, result.positiveBuckets) = Self.compacted(positiveSpans, positiveBuckets)
        (result.negativeSpans, result.negativeBuckets) = Self.compacted(negativeSpans, negativeBuckets)
        return result
    }

    /// In the buckets of a coarser exponential schema; unchanged when it already has this schema or custom bounds.
    ///
    /// `schema` must not be finer than that of the histogram.
    func reduced(toSchema schema: Int32) -> NativeHistogram {
        guard !hasCustomBounds, schema != self.schema else { return self }
        precondition(schema < self.schema, "observations cannot be told apart again")
        var result = self
        var positive = BucketSide(spans: positiveSpans, buckets: positiveBuckets)
        var negative = BucketSide(spans: negativeSpans, buckets: negativeBuckets)
        let steps = Int(self.schema) - Int(schema)
        positive.coarsen(by: steps, isCompensated: false)
        negative.coarsen(by: steps, isCompensated: false)
        result.schema = schema
        result.positiveSpans = positive.spans
        result.positiveBuckets = positive.totals
        result.negativeSpans = negative.spans
        result.negativeBuckets = negative.totals
        return result
    }

    /// With a zero bucket that reaches at least to `threshold` and to no place inside a bucket that holds something: the buckets it
    /// covers are counted in it. Unchanged when it reaches that far, or when the histogram has custom bounds.
    func withZeroBucket(reaching threshold: Double) -> NativeHistogram {
        guard !hasCustomBounds, threshold > zeroThreshold else { return self }
        var zero = WidenedZeroBucket(of: self, isCompensated: false)
        zero.widen(to: threshold)
        var result = self
        result.zeroThreshold = zero.threshold
        result.zeroCount = zero.count.total
        result.positiveSpans = zero.positive.spans
        result.positiveBuckets = zero.positive.totals
        result.negativeSpans = zero.negative.spans
        result.negativeBuckets = zero.negative.totals
        return result
    }

    // MARK: - Private

    private static func compacted(_ spans: [Span], _ buckets: [Double]) -> ([Span], [Double]) {
        let isCompact = !buckets.contains(0) && !spans.contains { $0.length == 0 } && !spans.dropFirst().contains { $0.offset == 0 }
        guard !isCompact else { return (spans, buckets) }
        var side = BucketSide(spans: spans, buckets: buckets)
        side.removeEmptyBuckets()
        return (side.spans, side.totals)
    }
}
