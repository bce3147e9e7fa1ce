import PostwatchModel

/// What remains of a histogram as its buckets are trimmed one after the other.
struct TrimmedRemains: Hashable, Sendable {
    let side: NativeHistogram.TrimSide
    let threshold: Double
    /// Whether observations are even between the bounds of a bucket, not on a logarithmic scale.
    let isLinear: Bool
    private(set) var count = 0.0
    private(set) var sum = 0.0
    private(set) var isTrimmed = false

    init(side: NativeHistogram.TrimSide, threshold: Double, isLinear: Bool) {
        self.side = side
        self.threshold = threshold
        self.isLinear = isLinear
    }

    /// Takes a bucket in and answers how many of its observations stay.
    mutating func keep(_ bucket: HistogramBucket) -> Double {
        let isWhole = side == .below ? bucket.upper <= threshold : bucket.lower >= threshold
        let isCut = side == .below ? bucket.lower < threshold : bucket.upper > threshold
        if isWhole { return keep(bucket.count, of: bucket, around: middle(of: bucket, from: bucket.lower, to: bucket.upper)) }
        guard isCut else { return keep(0, of: bucket, around: 0) }
        if bucket.lower.isInfinite || bucket.upper.isInfinite { return keepPartOfEndless(bucket) }
        let below = bucket.count * share(below: threshold, in: bucket)
        return switch side {
        case .below: keep(below, of: bucket, around: middle(of: bucket, from: bucket.lower, to: threshold))
        case .above: keep(bucket.count - below, of: bucket, around: middle(of: bucket, from: threshold, to: bucket.upper))
        }
    }

    /// As `keep`, for the zero bucket, whose observations are even between its bounds.
    mutating func keepZeroBucket(_ bucket: HistogramBucket) -> Double {
        let width = bucket.upper - bucket.lower
        switch side {
        case .below:
            if threshold <= bucket.lower { return keep(0, of: bucket, around: 0) }
            if threshold >= bucket.upper { return keep(bucket.count, of: bucket, around: (bucket.lower + bucket.upper) / 2) }
            let kept = bucket.count * ((threshold - bucket.lower) / width)
            return keep(kept, of: bucket, around: (bucket.lower + threshold) / 2)
        case .above:
            if threshold <= bucket.lower { return keep(bucket.count, of: bucket, around: (bucket.lower + bucket.upper) / 2) }
            if threshold >= bucket.upper { return keep(0, of: bucket, around: 0) }
            let kept = bucket.count * ((bucket.upper - threshold) / width)
            return keep(kept, of: bucket, around: (threshold + bucket.upper) / 2)
        }
    }

    // MARK: - Private

    private mutating func keep(_ kept: Double, of bucket: HistogramBucket, around middle: Double) -> Double {
        count += kept
        sum += middle * kept
        if kept != bucket.count { isTrimmed = true }
        return kept
    }

    /// The threshold lies in a bucket that has no lower or no upper end. Its observations are taken to be infinite, unless it is the first
    /// one of custom bounds and ends above zero: that one begins at zero.
    private mutating func keepPartOfEndless(_ bucket: HistogramBucket) -> Double {
        if bucket.lower == -.infinity, bucket.upper > 0, bucket.upper.isFinite {
            switch side {
            case .below where threshold > 0:
                return keep(bucket.count * threshold / bucket.upper, of: bucket, around: threshold / 2)
            case .above where threshold >= 0:
                return keep(bucket.count * (1 - threshold / bucket.upper), of: bucket, around: (threshold + bucket.upper) / 2)
            case .below, .above:
                return keep(0, of: bucket, around: 0)
            }
        }
        let isKept = side == .below ? bucket.lower == -.infinity && bucket.upper <= 0 : bucket.lower.isFinite && bucket.upper == .infinity
        return keep(isKept ? bucket.count : 0, of: bucket, around: isKept ? threshold : 0)
    }

    private func share(below threshold: Double, in bucket: HistogramBucket) -> Double {
        isLinear
            ? (threshold - bucket.lower) / (bucket.upper - bucket.lower)
            : NativeHistogram.logarithmicShare(of: threshold, in: bucket)
    }

    /// What an observation between `lower` and `upper`, both in `bucket`, is taken for.
    private func middle(of bucket: HistogramBucket, from lower: Double, to upper: Double) -> Double {
        if lower.isInfinite { return upper.isInfinite ? 0 : upper > 0 ? upper / 2 : upper }
        if upper.isInfinite { return lower }
        if isLinear { return (lower + upper) / 2 }
        let middle = abs(lower * upper).squareRoot()
        return bucket.lower < 0 ? -middle : middle
    }
}
