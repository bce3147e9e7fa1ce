import PostwatchModel

/// Whether two histograms are the same, and whether a counter began anew between them.
extension NativeHistogram {
    /// The operator `==` and the function `changes`: the same buckets, empty ones included, and the same counts and sum, bit by bit, so
    /// that NaN is the same as itself. What is known about counter resets does not matter, nor how spans are cut.
    func isSame(as other: NativeHistogram) -> Bool {
        schema == other.schema && zeroThreshold == other.zeroThreshold && customBounds == other.customBounds
            && zeroCount.bitPattern == other.zeroCount.bitPattern && count.bitPattern == other.count.bitPattern
            && sum.bitPattern == other.sum.bitPattern
            && Self.areSame(positiveSpans, positiveBuckets, other.positiveSpans, other.positiveBuckets)
            && Self.areSame(negativeSpans, negativeBuckets, other.negativeSpans, other.negativeBuckets)
    }

    /// Whether the counter was reset after `previous`, which came just before. Histograms that say so themselves are believed.
    ///
    /// A counter can only keep or lower its resolution, keep or widen its zero bucket, and raise its counts; anything else is a reset.
    func isReset(after previous: NativeHistogram) -> Bool {
        switch counterReset {
        case .reset: return true
        case .notReset: return false
        case .unknown, .gauge: break
        }
        if count < previous.count { return true }
        if hasCustomBounds, previous.hasCustomBounds, customBounds != previous.customBounds {
            return isResetInCommonBounds(after: previous)
        }
        guard hasCustomBounds == previous.hasCustomBounds, schema <= previous.schema, zeroThreshold >= previous.zeroThreshold else {
            return true
        }
        if schema == previous.schema, zeroThreshold == previous.zeroThreshold {
            return zeroCount < previous.zeroCount || isAnyBucketLower(than: previous)
        }
        let widened = previous.withZeroBucket(reaching: zeroThreshold)
        // Otherwise the threshold lies inside a bucket that held something, and no counter grows like that.
        guard widened.zeroThreshold == zeroThreshold else { return true }
        return zeroCount < widened.zeroCount || isAnyBucketLower(than: widened.reduced(toSchema: schema))
    }

    // MARK: - Private

    private static func areSame(_ spans: [Span], _ buckets: [Double], _ otherSpans: [Span], _ otherBuckets: [Double]) -> Bool {
        guard buckets.count == otherBuckets.count else { return false }
        for (bucket, other) in zip(buckets, otherBuckets) where bucket.bitPattern != other.bitPattern { return false }
        return spans == otherSpans
            || BucketSide.indices(of: spans, count: buckets.count) == BucketSide.indices(of: otherSpans, count: otherBuckets.count)
    }

    /// For histograms of one schema.
    private func isAnyBucketLower(than previous: NativeHistogram) -> Bool {
        Self.isAnyLower(positiveSpans, positiveBuckets, than: previous.positiveSpans, previous.positiveBuckets)
            || Self.isAnyLower(negativeSpans, negativeBuckets, than: previous.negativeSpans, previous.negativeBuckets)
    }

    private static func isAnyLower(
        _ spans: [Span], _ buckets: [Double], than previousSpans: [Span], _ previousBuckets: [Double]
    ) -> Bool {
        if spans == previousSpans, buckets.count == previousBuckets.count {
            for (bucket, previous) in zip(buckets, previousBuckets) where bucket < previous { return true }
            return false
        }
        return isAnyLower(
            BucketSide(spans: spans, buckets: buckets), than: BucketSide(spans: previousSpans, buckets: previousBuckets))
    }

    private static func isAnyLower(_ side: BucketSide, than previous: BucketSide) -> Bool {
        var place = 0
        for (index, count) in zip(previous.indices, previous.counts) {
            while place < side.indices.count, side.indices[place] < index { place += 1 }
            if place < side.indices.count, side.indices[place] == index {
                if side.counts[place].value < count.value { return true }
            } else if count.value != 0 {
                return true
            }
        }
        return false
    }

    private func isResetInCommonBounds(after previous: NativeHistogram) -> Bool {
        let common = CustomBounds.common(customBounds, previous.customBounds)
        var side = BucketSide(spans: positiveSpans, buckets: positiveBuckets)
        var previousSide = BucketSide(spans: previous.positiveSpans, buckets: previous.positiveBuckets)
        CustomBounds.merge(&side, from: customBounds, into: common, isCompensated: false)
        CustomBounds.merge(&previousSide, from: previous.customBounds, into: common, isCompensated: false)
        return Self.isAnyLower(side, than: previousSide)
    }
}
