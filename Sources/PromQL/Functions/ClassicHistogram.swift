/// Cumulative buckets at one moment.
struct ClassicHistogram {
    struct Bucket {
        let upperBound: Double
        var count: Double
    }

    private var buckets: [Bucket]

    /// `sorted` by upper bound. Buckets of one bound, such as `1` and `1.0`, are added up; a count below its predecessor's is raised to
    /// it, since counts that are scraped apart or rounded may fall by a little.
    init(_ sorted: [Bucket]) {
        buckets = []
        for bucket in sorted {
            if let last = buckets.last, last.upperBound == bucket.upperBound {
                buckets[buckets.count - 1].count += bucket.count
            } else {
                buckets.append(bucket)
            }
        }
        for index in buckets.indices.dropFirst() where buckets[index].count < buckets[index - 1].count {
            buckets[index].count = buckets[index - 1].count
        }
    }

    /// Linear inside a bucket. NaN without a bucket for everything, without a second bucket or without observations.
    /// Source: Prometheus documentation, "Functions", `histogram_quantile()`.
    func quantile(_ quantile: Double) -> Double {
        guard !quantile.isNaN else { return .nan }
        if quantile < 0 { return -.infinity }
        if quantile > 1 { return .infinity }
        guard let last = buckets.last, last.upperBound == .infinity, buckets.count >= 2, last.count > 0 else { return .nan }
        let rank = quantile * last.count
        let highest = buckets.count - 1
        let index = buckets[..<highest].firstIndex { $0.count >= rank } ?? highest
        // Above the last finite bound nothing is known but that bound.
        if index == highest { return buckets[highest - 1].upperBound }
        let end = buckets[index].upperBound
        if index == 0 {
            return end <= 0 ? end : end * (rank / buckets[0].count)
        }
        let start = buckets[index - 1].upperBound
        let below = buckets[index - 1].count
        return start + (end - start) * ((rank - below) / (buckets[index].count - below))
    }
}
