import PostwatchModel

/// The zero bucket of a histogram with exponential buckets and the two sides that it takes buckets from as it grows.
struct WidenedZeroBucket: Hashable, Sendable {
    let schema: Int32
    private(set) var threshold: Double
    private(set) var count: CompensatedCount
    private(set) var positive: BucketSide
    private(set) var negative: BucketSide
    private let isCompensated: Bool

    init(
        schema: Int32, threshold: Double, count: CompensatedCount, positive: BucketSide, negative: BucketSide, isCompensated: Bool
    ) {
        self.schema = schema
        self.threshold = threshold
        self.count = count
        self.positive = positive
        self.negative = negative
        self.isCompensated = isCompensated
    }

    init(of histogram: NativeHistogram, isCompensated: Bool) {
        self.init(
            schema: histogram.schema, threshold: histogram.zeroThreshold, count: CompensatedCount(value: histogram.zeroCount),
            positive: BucketSide(spans: histogram.positiveSpans, buckets: histogram.positiveBuckets),
            negative: BucketSide(spans: histogram.negativeSpans, buckets: histogram.negativeBuckets), isCompensated: isCompensated)
    }

    /// Grows to `threshold`, and farther where that would end inside a bucket which holds something.
    mutating func widen(to threshold: Double) {
        guard threshold > self.threshold else { return }
        var end = threshold
        var before: Double
        // A bucket on one side may push the end into a bucket on the other.
        repeat {
            before = end
            end = endOfBucket(around: end, in: positive)
            end = endOfBucket(around: end, in: negative)
        } while end != before
        self.threshold = end
        take(from: \.positive)
        take(from: \.negative)
    }

    // MARK: - Private

    /// Where the bucket ends inside which `threshold` lies, if it holds something; else `threshold`.
    private func endOfBucket(around threshold: Double, in side: BucketSide) -> Double {
        for (index, count) in zip(side.indices, side.counts) {
            if lowerBound(of: index) >= threshold { break }
            let end = ExponentialBounds.upperBound(ofBucket: index, schema: schema)
            if end > threshold { return count.value != 0 ? end : threshold }
        }
        return threshold
    }

    private mutating func take(from path: WritableKeyPath<Self, BucketSide>) {
        let side = self[keyPath: path]
        var kept = side.indices.first ?? 0
        for (index, taken) in zip(side.indices, side.counts) {
            guard lowerBound(of: index) < threshold else { break }
            count.add(taken.value, isCompensated: isCompensated)
            if isCompensated { count.add(taken.residue, isCompensated: true) }
            kept = index + 1
        }
        self[keyPath: path].removeBuckets(below: kept)
    }

    private func lowerBound(of index: Int) -> Double {
        ExponentialBounds.upperBound(ofBucket: index - 1, schema: schema)
    }
}
