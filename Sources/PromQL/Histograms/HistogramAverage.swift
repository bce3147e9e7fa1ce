import PostwatchModel

/// The mean of native histograms, as `avg` and `avg_over_time` form it: the compensated sum divided by the number of terms, or, from the
/// term on with which the sum would overflow, a mean that is moved by each further term.
struct HistogramAverage: Sendable {
    private var sum: HistogramSum
    private var count = 1.0
    /// Whether `sum` is the mean by now.
    private var isMean = false
    /// No number in `sum` is larger than this, as far as rounding allows.
    private var magnitude: Double

    init(_ first: NativeHistogram) {
        sum = HistogramSum(first)
        magnitude = Self.magnitude(of: first)
    }

    var effects: HistogramEffects { sum.effects }

    /// The mean so far. Buckets may be empty, as in `HistogramSum.total`.
    var mean: NativeHistogram {
        guard !isMean else { return sum.total }
        var mean = sum
        mean.divide(by: count)
        return mean.total
    }

    mutating func add(_ term: NativeHistogram) throws(HistogramMismatch) {
        guard !isMean else { return try move(by: term) }
        magnitude += Self.magnitude(of: term)
        guard magnitude > .greatestFiniteMagnitude / 4 else {
            try sum.add(term)
            count += 1
            return
        }
        var next = sum
        try next.add(term)
        guard next.isOverflowing else {
            sum = next
            count += 1
            return
        }
        sum.divide(by: count)
        isMean = true
        try move(by: term)
    }

    // MARK: - Private

    private mutating func move(by term: NativeHistogram) throws(HistogramMismatch) {
        var share = term
        share.divide(by: count + 1)
        let weight = count / (count + 1)
        sum.multiply(by: weight)
        try sum.add(share)
        count += 1
    }

    private static func magnitude(of histogram: NativeHistogram) -> Double {
        var largest = max(abs(histogram.count), abs(histogram.sum), abs(histogram.zeroCount))
        for bucket in histogram.positiveBuckets { largest = max(largest, abs(bucket)) }
        for bucket in histogram.negativeBuckets { largest = max(largest, abs(bucket)) }
        // A sum of NaN says nothing about the other numbers.
        return largest.isNaN ? .infinity : largest
    }
}
