import PostwatchModel

/// The buckets as intervals.
extension NativeHistogram {
    /// All buckets, also the empty ones, from the lowest to the highest; the zero bucket only when it holds something.
    ///
    /// Where the zero bucket reaches into its neighbour, the neighbour begins at the zero threshold. O(number of buckets).
    var bucketsInOrder: [HistogramBucket] {
        var buckets: [HistogramBucket] = []
        buckets.reserveCapacity(negativeBuckets.count + positiveBuckets.count + 1)
        for var bucket in negativeBucketsOutwards.reversed() {
            if bucket.upper < 0, bucket.upper > -zeroThreshold { bucket.upper = -zeroThreshold }
            buckets.append(bucket)
        }
        if zeroCount > 0 { buckets.append(zeroBucket) }
        for var bucket in positiveBucketsOutwards {
            if bucket.lower > 0, bucket.lower < zeroThreshold { bucket.lower = zeroThreshold }
            buckets.append(bucket)
        }
        return buckets
    }

    /// Both of its bounds belong to it.
    var zeroBucket: HistogramBucket {
        HistogramBucket(lower: -zeroThreshold, upper: zeroThreshold, includesLower: true, includesUpper: true, count: zeroCount)
    }

    /// The buckets above zero, rising; of a histogram with custom bounds these are all.
    var positiveBucketsOutwards: [HistogramBucket] {
        let indices = BucketSide.indices(of: positiveSpans, count: positiveBuckets.count)
        return zip(indices, positiveBuckets).map { index, count in
            let lower = upperBound(ofBucket: index - 1)
            let upper = upperBound(ofBucket: index)
            return HistogramBucket(
                lower: lower, upper: upper, includesLower: hasCustomBounds && index == 0, includesUpper: hasCustomBounds || upper > 0,
                count: count)
        }
    }

    /// The buckets below zero, beginning with the one nearest to it.
    var negativeBucketsOutwards: [HistogramBucket] {
        let indices = BucketSide.indices(of: negativeSpans, count: negativeBuckets.count)
        return zip(indices, negativeBuckets).map { index, count in
            let lower = -upperBound(ofBucket: index)
            return HistogramBucket(
                lower: lower, upper: -upperBound(ofBucket: index - 1), includesLower: lower < 0, includesUpper: false, count: count)
        }
    }

    /// The bound of a bucket that is farther from zero; of a histogram with custom bounds the upper one, infinite beyond the last.
    func upperBound(ofBucket index: Int) -> Double {
        guard hasCustomBounds else { return ExponentialBounds.upperBound(ofBucket: index, schema: schema) }
        if index < 0 { return -.infinity }
        return index < customBounds.count ? customBounds[index] : .infinity
    }

    /// What the observations in the zero bucket may be, judged by the sides that have buckets at all: with positive buckets only they
    /// are not below zero, with negative ones only not above it.
    func narrowedAtZero(_ bucket: HistogramBucket) -> HistogramBucket {
        var bucket = bucket
        if negativeBuckets.isEmpty, !positiveBuckets.isEmpty {
            bucket.lower = 0
        } else if positiveBuckets.isEmpty, !negativeBuckets.isEmpty {
            bucket.upper = 0
        }
        return bucket
    }
}
