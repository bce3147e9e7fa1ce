import PostwatchModel

extension Measurement.Point {
    /// The points of one histogram: cumulative buckets, then sum and count.
    /// - Parameters:
    ///   - edges: inclusive upper bounds as the label `le` has them, rising, without `+Inf`.
    ///   - counts: one more than the edges; not cumulative.
    static func histogram(edges: [String], counts: some Sequence<some BinaryInteger>, sum: Double, labels: LabelSet) -> [Self] {
        var below = 0.0
        let buckets = zip(edges + ["+Inf"], counts).map { edge, count in
            below += Double(count)
            return Self(suffix: "_bucket", labels: labels.merging(["le": edge]), value: below)
        }
        return buckets + [Self(suffix: "_sum", labels: labels, value: sum), Self(suffix: "_count", labels: labels, value: below)]
    }
}
