import PostwatchModel

/// The operators `</` and `>/`, which take the observations on one side of a value away.
///
/// Source: Prometheus, "Operators", "Histogram trim operators", and "Native Histograms" specification.
extension NativeHistogram {
    /// Which observations stay.
    enum TrimSide: Hashable, Sendable {
        /// `</`
        case below
        /// `>/`
        case above
    }

    /// What remains `side` of `threshold`. A bucket around the threshold keeps its share by interpolation.
    ///
    /// The sum of what remains is not known and is estimated from the middles of the buckets, unless nothing was taken away. A bucket
    /// without end on the side that goes is taken away whole when the threshold lies in it, and kept whole when that side stays.
    func trimmed(keeping side: TrimSide, _ threshold: Double) -> NativeHistogram {
        var result = self
        var remains = TrimmedRemains(side: side, threshold: threshold, isLinear: hasCustomBounds)
        for (place, bucket) in positiveBucketsOutwards.enumerated() where bucket.count != 0 {
            result.positiveBuckets[place] = remains.keep(bucket)
        }
        let hasPositive = positiveBuckets.contains { $0 != 0 }
        for (place, bucket) in negativeBucketsOutwards.enumerated() where bucket.count != 0 {
            result.negativeBuckets[place] = remains.keep(bucket)
        }
        let hasNegative = negativeBuckets.contains { $0 != 0 }
        if zeroCount > 0 {
            var bucket = zeroBucket
            if hasPositive, !hasNegative { bucket.lower = 0 }
            if hasNegative, !hasPositive { bucket.upper = 0 }
            result.zeroCount = remains.keepZeroBucket(bucket)
        }
        guard remains.isTrimmed else { return self }
        result.count = remains.count
        result.sum = remains.sum
        return result.compacted()
    }
}
