/// How many observations lie below each end of an interval, found bucket by bucket from the lowest one.
struct FractionRanks: Hashable, Sendable {
    private let lower: Double
    private let upper: Double
    /// Below the next bucket.
    private(set) var below = 0.0
    private var lowerRank: Double?
    private var upperRank: Double?

    init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// Whether no further bucket matters.
    var isComplete: Bool { lowerRank != nil && upperRank != nil }

    /// Goes on over a bucket. `rank` says how many observations lie below a value inside it.
    mutating func pass(from bucketLower: Double, to bucketUpper: Double, count: Double, rank: (Double) -> Double) {
        lowerRank = lowerRank ?? self.rank(of: lower, bucketLower, bucketUpper, rank)
        upperRank = upperRank ?? self.rank(of: upper, bucketLower, bucketUpper, rank)
        below += count
    }

    /// How many of all `observations` lie between the ends.
    func difference(of observations: Double) -> Double {
        Swift.min(upperRank ?? observations, observations) - Swift.min(lowerRank ?? observations, observations)
    }

    // MARK: - Private

    private func rank(of end: Double, _ bucketLower: Double, _ bucketUpper: Double, _ rank: (Double) -> Double) -> Double? {
        if bucketLower >= end { return below }
        return bucketUpper > end ? rank(end) : nil
    }
}
