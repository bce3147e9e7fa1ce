import PostwatchModel

/// Counts of values below given bounds, as Prometheus' histograms have them.
struct Histogram: Hashable, Sendable {
    /// Inclusive upper bounds, rising; everything above the last falls into `+Inf`.
    let bounds: [Int]
    /// One more than the bounds; not cumulative.
    private var counts: [Int]
    private(set) var sum: Double = 0

    init(bounds: [Int]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    var count: Int { counts.reduce(0, +) }

    mutating func record(_ value: Double) {
        counts[bounds.firstIndex { value <= Double($0) } ?? bounds.count] += 1
        sum += value
    }

    /// The points of the histogram: cumulative buckets, then sum and count.
    func points(labels: LabelSet) -> [Measurement.Point] {
        Measurement.Point.histogram(edges: bounds.map { String($0) }, counts: counts, sum: sum, labels: labels)
    }
}
