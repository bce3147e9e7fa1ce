import PostwatchModel

/// Histograms that grow or shrink by the same step, as a series notation writes them: `{{…}}+{{…}}x5`.
struct HistogramSteps {
    let start: NativeHistogram
    let step: NativeHistogram

    /// `nil` when the two have different buckets, which cannot be added without a loss.
    init?(from start: NativeHistogram, by step: NativeHistogram) {
        guard start.schema == step.schema, start.customBounds == step.customBounds,
            start.zeroThreshold == step.zeroThreshold || step.zeroCount == 0
        else { return nil }
        self.start = start
        self.step = step
    }

    /// `start` and `count` more, each by `factor` times the step above the one before: 1 or -1.
    func expanded(_ count: Int, factor: Double) -> [NativeHistogram] {
        var all = [start]
        for _ in 0..<count {
            var next = all[all.count - 1]
            next.count += factor * step.count
            next.sum += factor * step.sum
            next.zeroCount += factor * step.zeroCount
            Self.add(step.positiveSpans, step.positiveBuckets, factor, to: &next.positiveSpans, &next.positiveBuckets)
            Self.add(step.negativeSpans, step.negativeBuckets, factor, to: &next.negativeSpans, &next.negativeBuckets)
            all.append(next)
        }
        return all
    }

    // MARK: - Private

    private static func add(
        _ spans: [NativeHistogram.Span], _ buckets: [Double], _ factor: Double, to ownSpans: inout [NativeHistogram.Span],
        _ ownBuckets: inout [Double]
    ) {
        var counts = Dictionary(uniqueKeysWithValues: zip(indices(ownSpans), ownBuckets))
        for (index, count) in zip(indices(spans), buckets) { counts[index, default: 0] += factor * count }
        ownSpans = []
        ownBuckets = []
        var previous: Int32?
        for index in counts.keys.sorted() {
            if let last = previous, index == last + 1 {
                ownSpans[ownSpans.count - 1].length += 1
            } else {
                ownSpans.append(.init(offset: previous.map { index - $0 - 1 } ?? index, length: 1))
            }
            ownBuckets.append(counts[index] ?? 0)
            previous = index
        }
    }

    private static func indices(_ spans: [NativeHistogram.Span]) -> [Int32] {
        var indices: [Int32] = []
        var next: Int32 = 0
        for span in spans {
            next += span.offset
            for _ in 0..<span.length {
                indices.append(next)
                next += 1
            }
        }
        return indices
    }
}
