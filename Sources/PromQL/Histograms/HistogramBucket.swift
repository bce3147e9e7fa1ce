/// One bucket of a native histogram: an interval and how many observations fell into it.
struct HistogramBucket: Hashable, Sendable {
    var lower: Double
    var upper: Double
    var includesLower: Bool
    var includesUpper: Bool
    var count: Double

    /// `(1,2]:7`, with the brackets of intervals: square where the bound itself belongs to the bucket.
    var text: String {
        "\(includesLower ? "[" : "(")\(lower.generalText),\(upper.generalText)\(includesUpper ? "]" : ")"):\(count.generalText)"
    }
}
