import PostwatchModel

/// The sum of native histograms of any layouts, term by term, as `sum` and `sum_over_time` form it.
///
/// Differing resolutions are brought to the coarser one, differing zero buckets to one that covers both, differing custom bounds to those
/// in common. With compensation no term is lost beside a large one; the operators `+` and `-` add plainly, as Prometheus does.
struct HistogramSum: Sendable {
    /// Of everything added so far. A collision is found between any two terms, not only neighbours.
    private(set) var effects: HistogramEffects = []

    private var schema: Int32
    private var counterReset: NativeHistogram.CounterReset
    private var zeroThreshold: Double
    private var zeroCount: CompensatedCount
    private var count: CompensatedCount
    private var sum: CompensatedCount
    private var positive: BucketSide
    private var negative: BucketSide
    private var customBounds: [Double]
    private var hasSeenReset: Bool
    private var hasSeenNotReset: Bool
    private let isCompensated: Bool

    init(_ first: NativeHistogram, isCompensated: Bool = true) {
        schema = first.schema
        counterReset = first.counterReset
        zeroThreshold = first.zeroThreshold
        zeroCount = CompensatedCount(value: first.zeroCount)
        count = CompensatedCount(value: first.count)
        sum = CompensatedCount(value: first.sum)
        positive = BucketSide(spans: first.positiveSpans, buckets: first.positiveBuckets)
        negative = BucketSide(spans: first.negativeSpans, buckets: first.negativeBuckets)
        customBounds = first.customBounds
        hasSeenReset = first.counterReset == .reset
        hasSeenNotReset = first.counterReset == .notReset
        self.isCompensated = isCompensated
    }

    /// The sum so far. Buckets may be empty: aggregations over series compact it, `sum_over_time` does not.
    var total: NativeHistogram {
        NativeHistogram(
            schema: schema, counterReset: counterReset, zeroThreshold: zeroThreshold, zeroCount: zeroCount.total, count: count.total,
            sum: sum.total, positiveSpans: positive.spans, positiveBuckets: positive.totals, negativeSpans: negative.spans,
            negativeBuckets: negative.totals, customBounds: customBounds)
    }

    /// Whether a count or the sum of observations has left the finite numbers.
    var isOverflowing: Bool {
        zeroCount.value.isInfinite || count.value.isInfinite || sum.value.isInfinite
            || positive.counts.contains { $0.value.isInfinite } || negative.counts.contains { $0.value.isInfinite }
    }

    /// Adds `term` times `factor`, where -1 subtracts. Answers what was new about this term. Without effect when it throws.
    @discardableResult
    mutating func add(_ term: NativeHistogram, multipliedBy factor: Double = 1) throws(HistogramMismatch) -> HistogramEffects {
        guard term.hasCustomBounds == (schema == NativeHistogram.customBoundsSchema) else { throw .exponentialWithCustomBounds }
        var news: HistogramEffects = []
        adoptCounterReset(of: term, noting: &news)
        count.add(term.count * factor, isCompensated: isCompensated)
        sum.add(term.sum * factor, isCompensated: isCompensated)
        if term.hasCustomBounds {
            addCustomBuckets(of: term, multipliedBy: factor, noting: &news)
        } else if term.schema == schema, term.zeroThreshold == zeroThreshold {
            zeroCount.add(term.zeroCount * factor, isCompensated: isCompensated)
            addAlignedBuckets(of: term, multipliedBy: factor)
        } else {
            addReconciledBuckets(of: term, multipliedBy: factor)
        }
        effects.formUnion(news)
        return news
    }

    /// Brings the buckets to a coarser exponential schema; without effect on custom bounds or when they are as coarse already.
    mutating func reduce(toSchema schema: Int32) {
        guard self.schema != NativeHistogram.customBoundsSchema, schema < self.schema else { return }
        let steps = Int(self.schema) - Int(schema)
        positive.coarsen(by: steps, isCompensated: isCompensated)
        negative.coarsen(by: steps, isCompensated: isCompensated)
        self.schema = schema
    }

    mutating func multiply(by factor: Double) {
        zeroCount.multiply(by: factor)
        count.multiply(by: factor)
        sum.multiply(by: factor)
        positive.multiply(by: factor)
        negative.multiply(by: factor)
    }

    mutating func divide(by divisor: Double) {
        zeroCount.divide(by: divisor)
        count.divide(by: divisor)
        sum.divide(by: divisor)
        positive.divide(by: divisor)
        negative.divide(by: divisor)
    }

    // MARK: - Private

    /// A gauge makes the sum one; otherwise the sum knows only what all terms agree on.
    private mutating func adoptCounterReset(of term: NativeHistogram, noting news: inout HistogramEffects) {
        hasSeenReset = hasSeenReset || term.counterReset == .reset
        hasSeenNotReset = hasSeenNotReset || term.counterReset == .notReset
        if hasSeenReset, hasSeenNotReset { news.insert(.counterResetCollision) }
        guard term.counterReset != counterReset, counterReset != .gauge else { return }
        counterReset = term.counterReset == .gauge ? .gauge : .unknown
    }

    private mutating func addAlignedBuckets(of term: NativeHistogram, multipliedBy factor: Double) {
        Self.add(term.positiveBuckets, term.positiveSpans, to: &positive, multipliedBy: factor, isCompensated: isCompensated)
        Self.add(term.negativeBuckets, term.negativeSpans, to: &negative, multipliedBy: factor, isCompensated: isCompensated)
    }

    private static func add(
        _ buckets: [Double], _ spans: [NativeHistogram.Span], to side: inout BucketSide, multipliedBy factor: Double, isCompensated: Bool
    ) {
        guard !side.addInPlace(buckets, spans: spans, multipliedBy: factor, isCompensated: isCompensated) else { return }
        side.add(BucketSide(spans: spans, buckets: buckets), multipliedBy: factor, isCompensated: isCompensated)
    }

    private mutating func addReconciledBuckets(of term: NativeHistogram, multipliedBy factor: Double) {
        var mine = WidenedZeroBucket(
            schema: schema, threshold: zeroThreshold, count: zeroCount, positive: positive, negative: negative,
            isCompensated: isCompensated)
        var theirs = WidenedZeroBucket(of: term, isCompensated: isCompensated)
        while mine.threshold < theirs.threshold || theirs.threshold < mine.threshold {
            mine.widen(to: theirs.threshold)
            theirs.widen(to: mine.threshold)
        }
        var (theirPositive, theirNegative) = (theirs.positive, theirs.negative)
        zeroThreshold = mine.threshold
        zeroCount = mine.count
        zeroCount.add(theirs.count.value * factor, isCompensated: isCompensated)
        if isCompensated { zeroCount.add(theirs.count.residue * factor, isCompensated: true) }
        positive = mine.positive
        negative = mine.negative
        reduce(toSchema: term.schema)
        let steps = Int(term.schema) - Int(schema)
        theirPositive.coarsen(by: steps, isCompensated: isCompensated)
        theirNegative.coarsen(by: steps, isCompensated: isCompensated)
        positive.add(theirPositive, multipliedBy: factor, isCompensated: isCompensated)
        negative.add(theirNegative, multipliedBy: factor, isCompensated: isCompensated)
    }

    private mutating func addCustomBuckets(
        of term: NativeHistogram, multipliedBy factor: Double, noting news: inout HistogramEffects
    ) {
        guard term.customBounds != customBounds else {
            Self.add(term.positiveBuckets, term.positiveSpans, to: &positive, multipliedBy: factor, isCompensated: isCompensated)
            return
        }
        news.insert(.boundsReconciled)
        let common = CustomBounds.common(customBounds, term.customBounds)
        var theirs = BucketSide(spans: term.positiveSpans, buckets: term.positiveBuckets)
        CustomBounds.merge(&theirs, from: term.customBounds, into: common, isCompensated: isCompensated)
        CustomBounds.merge(&positive, from: customBounds, into: common, isCompensated: isCompensated)
        positive.add(theirs, multipliedBy: factor, isCompensated: isCompensated)
        positive.removeEmptyBuckets()
        customBounds = common
    }
}
