/// Cumulative buckets at one moment, as series with the label `le` give them.
struct ClassicHistogram: Hashable, Sendable {
    struct Bucket: Hashable, Sendable {
        let upperBound: Double
        /// Of observations up to the bound.
        var count: Double
    }

    /// By rising bound; none twice.
    private let buckets: [Bucket]

    /// `sorted` by upper bound. Buckets of one bound, such as `1` and `1.0`, are added up.
    init(_ sorted: [Bucket]) {
        guard zip(sorted, sorted.dropFirst()).contains(where: { $0.upperBound == $1.upperBound }) else {
            buckets = sorted
            return
        }
        var buckets: [Bucket] = []
        for bucket in sorted {
            if buckets.last?.upperBound == bucket.upperBound {
                buckets[buckets.count - 1].count += bucket.count
            } else {
                buckets.append(bucket)
            }
        }
        self.buckets = buckets
    }

    /// The value that the share `quantile` of the observations does not exceed, observations being even between two bounds.
    ///
    /// NaN without a bucket for everything, without a second bucket or without observations; below 0 it is -Inf, above 1 +Inf. Counts that
    /// fall are lifted first, and `repair` says by how much.
    /// Source: Prometheus documentation, "Functions", `histogram_quantile()`.
    func quantile(_ quantile: Double) -> (value: Double, repair: MonotonicityRepair?) {
        guard !quantile.isNaN else { return (.nan, nil) }
        if quantile < 0 { return (-.infinity, nil) }
        if quantile > 1 { return (.infinity, nil) }
        guard buckets.last?.upperBound == .infinity else { return (.nan, nil) }
        let (buckets, repair) = repaired
        let highest = buckets.count - 1
        guard highest >= 1, buckets[highest].count != 0 else { return (.nan, nil) }
        let rank = quantile * buckets[highest].count
        let place = buckets[..<highest].firstIndex { $0.count >= rank } ?? highest
        // Above the last finite bound nothing is known but that bound.
        if place == highest { return (buckets[highest - 1].upperBound, repair) }
        let end = buckets[place].upperBound
        if place == 0 { return (end <= 0 ? end : end * (rank / buckets[0].count), repair) }
        let start = buckets[place - 1].upperBound
        let below = buckets[place - 1].count
        return (start + (end - start) * ((rank - below) / (buckets[place].count - below)), repair)
    }

    /// The share of the observations between `lower` and `upper`, interpolated as quantiles are. A first bucket that ends above zero
    /// begins at zero.
    ///
    /// NaN without a bucket for everything, without observations or when a bound is NaN; 0 when `lower` is not below `upper`.
    func fraction(from lower: Double, to upper: Double) -> Double {
        guard let last = buckets.last, last.upperBound == .infinity, last.count != 0, !lower.isNaN, !upper.isNaN else { return .nan }
        guard lower < upper else { return 0 }
        var ranks = FractionRanks(lower: lower, upper: upper)
        var start = buckets[0].upperBound <= 0 ? -Double.infinity : 0
        for bucket in buckets where !ranks.isComplete {
            let below = ranks.below
            ranks.pass(from: start, to: bucket.upperBound, count: bucket.count - below) { [start] value in
                if start == -.infinity { return bucket.count }
                return below + (bucket.count - below) * (value - start) / (bucket.upperBound - start)
            }
            start = bucket.upperBound
        }
        return ranks.difference(of: last.count) / last.count
    }

    // MARK: - Private

    /// Counts that are scraped apart or rounded may fall by a little. A difference that only rounding explains is evened out silently.
    private var repaired: (buckets: [Bucket], repair: MonotonicityRepair?) {
        guard zip(buckets, buckets.dropFirst()).contains(where: { $0.count != $1.count && !Self.isClearRise($0.count, $1.count) }) else {
            return (buckets, nil)
        }
        var buckets = buckets
        var repair: MonotonicityRepair?
        for place in buckets.indices.dropFirst() {
            let previous = buckets[place - 1].count
            let count = buckets[place].count
            guard count != previous, !Self.isClearRise(previous, count) else { continue }
            buckets[place].count = previous
            guard count < previous, !Self.isNearlySame(previous, count) else { continue }
            let bound = buckets[place].upperBound
            let this = MonotonicityRepair(lowestBound: bound, highestBound: bound, largestDrop: previous - count)
            guard var gathered = repair else {
                repair = this
                continue
            }
            gathered.lowestBound = min(gathered.lowestBound, this.lowestBound)
            gathered.highestBound = max(gathered.highestBound, this.highestBound)
            gathered.largestDrop = max(gathered.largestDrop, this.largestDrop)
            repair = gathered
        }
        return (buckets, repair)
    }

    private static func isClearRise(_ previous: Double, _ count: Double) -> Bool {
        // NaN is nothing that could be mended.
        !(count < previous) && !isNearlySame(previous, count)
    }

    /// Relative to the sum of both, as Prometheus compares them.
    private static func isNearlySame(_ first: Double, _ second: Double) -> Bool {
        let sum = min(abs(first) + abs(second), .greatestFiniteMagnitude)
        let difference = abs(first - second)
        guard first != 0, second != 0, sum >= .leastNormalMagnitude else { return difference < 1e-12 * .leastNormalMagnitude }
        return difference / sum < 1e-12
    }
}
