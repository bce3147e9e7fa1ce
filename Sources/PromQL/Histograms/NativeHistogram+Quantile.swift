import Foundation
import PostwatchModel

/// The functions `histogram_quantile` and `histogram_fraction` on native histograms.
///
/// Source: Prometheus, "Native Histograms" specification, "Interpolation within a bucket".
extension NativeHistogram {
    /// The value that the share `quantile` of the observations does not exceed.
    ///
    /// Inside exponential buckets observations are taken as even on a logarithmic scale, in the zero bucket and between custom bounds as
    /// even. Below 0 it is -Inf, above 1 +Inf, NaN without observations. Observations of NaN are in no bucket and count as the highest
    /// ones: a quantile that falls among them is NaN, any other comes out higher, and a note says so.
    func quantile(_ quantile: Double) -> (value: Double, note: HistogramNote?) {
        if quantile < 0 { return (-.infinity, nil) }
        if quantile > 1 { return (.infinity, nil) }
        guard count != 0, !quantile.isNaN else { return (.nan, nil) }
        let isUpwards = sum.isNaN || quantile < 0.5
        var rank = (isUpwards ? quantile : 1 - quantile) * count
        let buckets = isUpwards ? bucketsInOrder : bucketsInOrder.reversed()
        var seen = 0.0
        var bucket = HistogramBucket(lower: 0, upper: 0, includesLower: false, includesUpper: false, count: 0)
        var next = 0
        while next < buckets.count {
            bucket = buckets[next]
            next += 1
            guard bucket.count != 0 else { continue }
            seen += bucket.count
            if seen >= rank { break }
        }
        if hasCustomBounds {
            if bucket.lower == -.infinity {
                guard bucket.upper > 0 else { return (bucket.upper, nil) }
                bucket.lower = 0
            } else if bucket.upper == .infinity {
                return (bucket.lower, nil)
            }
        } else if bucket.lower < 0, bucket.upper > 0 {
            bucket = narrowedAtZero(bucket)
        }
        // Rounding may have brought the buckets to more than all observations.
        seen = min(seen, count)
        guard seen >= rank else { return sum.isNaN ? (.nan, .quantileIsNotANumber) : (bucket.upper, nil) }
        rank = isUpwards ? rank - (seen - bucket.count) : seen - rank
        let inBuckets = seen + buckets[next...].reduce(0) { $0 + $1.count }
        let note = sum.isNaN && inBuckets < count ? HistogramNote.quantileIsSkewed : nil
        return (value(at: rank / bucket.count, of: bucket), note)
    }

    /// The share of the observations between `lower` and `upper`, interpolated as quantiles are.
    ///
    /// NaN without observations or when a bound is NaN; 0 when `lower` is not below `upper`. Observations of NaN are in no such share;
    /// a note says so.
    func fraction(from lower: Double, to upper: Double) -> (value: Double, note: HistogramNote?) {
        guard count != 0, !lower.isNaN, !upper.isNaN else { return (.nan, nil) }
        guard lower < upper else { return (0, nil) }
        var ranks = FractionRanks(lower: lower, upper: upper)
        let buckets = bucketsInOrder
        for var bucket in buckets {
            let isAroundZero = bucket.lower <= 0 && bucket.upper >= 0
            if isAroundZero { bucket = narrowedAtZero(bucket) }
            let below = ranks.below
            let isLinear = hasCustomBounds || isAroundZero
            ranks.pass(from: bucket.lower, to: bucket.upper, count: bucket.count) { value in
                if !isLinear { return below + bucket.count * Self.logarithmicShare(of: value, in: bucket) }
                // All of a bucket that begins nowhere is below any value in it.
                if bucket.lower == -.infinity { return bucket.count }
                return below + bucket.count * (value - bucket.lower) / (bucket.upper - bucket.lower)
            }
            if ranks.isComplete { break }
        }
        var observations = count
        var note: HistogramNote?
        if sum.isNaN {
            observations = buckets.reduce(0) { $0 + $1.count }
            if observations < count { note = .fractionLeavesOutNaN }
        }
        return (ranks.difference(of: observations) / count, note)
    }

    /// How much of an exponential bucket's observations are at most `value`, which lies in it: 0 to 1.
    static func logarithmicShare(of value: Double, in bucket: HistogramBucket) -> Double {
        let lower = log2(abs(bucket.lower))
        let upper = log2(abs(bucket.upper))
        let value = (linear: value, logarithm: log2(abs(value)))
        return value.linear > 0 ? (value.logarithm - lower) / (upper - lower) : 1 - (value.logarithm - upper) / (lower - upper)
    }

    // MARK: - Private

    /// The value below which the share `share` of a bucket's observations lies.
    private func value(at share: Double, of bucket: HistogramBucket) -> Double {
        if hasCustomBounds || (bucket.lower <= 0 && bucket.upper >= 0) {
            return bucket.lower + (bucket.upper - bucket.lower) * share
        }
        let lower = log2(abs(bucket.lower))
        let upper = log2(abs(bucket.upper))
        return bucket.lower > 0 ? exp2(lower + (upper - lower) * share) : -exp2(upper + (lower - upper) * (1 - share))
    }
}
