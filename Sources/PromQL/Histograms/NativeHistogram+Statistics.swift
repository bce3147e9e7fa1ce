import PostwatchModel

/// The functions `histogram_avg`, `histogram_stddev` and `histogram_stdvar`; `histogram_count` and `histogram_sum` are the fields.
extension NativeHistogram {
    /// NaN without observations.
    var average: Double { sum / count }

    /// The variance of the observations, each taken for the middle of its bucket: the geometric mean of the bounds, 0 in the zero bucket,
    /// the arithmetic mean between custom bounds.
    var variance: Double {
        let average = average
        var squares = CompensatedCount(value: 0)
        for bucket in bucketsInOrder where bucket.count != 0 {
            let distance = middle(of: bucket) - average
            squares.add(bucket.count * distance * distance, isCompensated: true)
        }
        return squares.total / count
    }

    var standardDeviation: Double { variance.squareRoot() }

    // MARK: - Private

    private func middle(of bucket: HistogramBucket) -> Double {
        if hasCustomBounds { return (bucket.upper + bucket.lower) / 2 }
        if bucket.lower <= 0, bucket.upper >= 0 { return 0 }
        let middle = (bucket.upper * bucket.lower).squareRoot()
        return bucket.upper < 0 ? -middle : middle
    }
}
