import PostwatchModel

/// The buckets on one side of zero, by index: the form in which histograms of different layouts are brought together.
struct BucketSide: Hashable, Sendable {
    /// Rising.
    private(set) var indices: [Int]
    /// As many as `indices`.
    private(set) var counts: [CompensatedCount]
    /// The spans that describe `indices`, as long as they are known to.
    private var knownSpans: [NativeHistogram.Span]?

    init(spans: [NativeHistogram.Span], buckets: [Double]) {
        indices = Self.indices(of: spans, count: buckets.count)
        counts = buckets.prefix(indices.count).map { CompensatedCount(value: $0) }
        knownSpans = indices.count == buckets.count && spans.reduce(0) { $0 + Int($1.length) } == buckets.count ? spans : nil
    }

    /// The bucket indices that `spans` describe, `count` of them at most.
    static func indices(of spans: [NativeHistogram.Span], count: Int) -> [Int] {
        var indices: [Int] = []
        indices.reserveCapacity(count)
        var next = 0
        for span in spans {
            next += Int(span.offset)
            let length = min(Int(span.length), count - indices.count)
            indices.append(contentsOf: next..<(next + length))
            next += length
        }
        return indices
    }

    /// The fewest spans that hold these buckets, whether or not the buckets are empty.
    var spans: [NativeHistogram.Span] {
        if let knownSpans { return knownSpans }
        var spans: [NativeHistogram.Span] = []
        var next = 0
        for index in indices {
            if let last = spans.indices.last, index == next {
                spans[last].length += 1
            } else {
                spans.append(NativeHistogram.Span(offset: Int32(clamping: index - next), length: 1))
            }
            next = index + 1
        }
        return spans
    }

    var totals: [Double] { counts.map(\.total) }

    // MARK: - Changing the layout

    /// Merges the buckets into those of a schema that is coarser by `steps`.
    mutating func coarsen(by steps: Int, isCompensated: Bool) {
        guard steps > 0 else { return }
        merge(isCompensated: isCompensated) { ExponentialBounds.coarserIndex(of: $0, by: steps) }
    }

    /// Gives every bucket the index that `target` says, and adds up buckets that share one. `target` must not fall as the index rises.
    mutating func merge(isCompensated: Bool, into target: (Int) -> Int) {
        var mergedIndices: [Int] = []
        var mergedCounts: [CompensatedCount] = []
        for (index, count) in zip(indices, counts) {
            let target = target(index)
            if mergedIndices.last == target {
                let last = mergedCounts.count - 1
                mergedCounts[last].add(count.value, isCompensated: isCompensated)
                if isCompensated { mergedCounts[last].add(count.residue, isCompensated: true) }
            } else {
                mergedIndices.append(target)
                mergedCounts.append(count)
            }
        }
        indices = mergedIndices
        counts = mergedCounts
        knownSpans = nil
    }

    /// Removes the buckets below `index`.
    mutating func removeBuckets(below index: Int) {
        let kept = indices.firstIndex { $0 >= index } ?? indices.count
        guard kept > 0 else { return }
        indices.removeFirst(kept)
        counts.removeFirst(kept)
        knownSpans = nil
    }

    mutating func removeEmptyBuckets() {
        guard counts.contains(where: \.isZero) else {
            knownSpans = nil
            return
        }
        let kept = counts.indices.filter { !counts[$0].isZero }
        indices = kept.map { indices[$0] }
        counts = kept.map { counts[$0] }
        knownSpans = nil
    }

    mutating func removeAllBuckets() {
        indices = []
        counts = []
        knownSpans = nil
    }

    // MARK: - Arithmetic

    /// Adds counts that lie in the buckets `spans` describe. Answers `false`, having done nothing, unless these are exactly the spans here.
    mutating func addInPlace(
        _ buckets: [Double], spans: [NativeHistogram.Span], multipliedBy factor: Double, isCompensated: Bool
    ) -> Bool {
        guard let knownSpans, knownSpans == spans, buckets.count == counts.count else { return false }
        for place in counts.indices {
            counts[place].add(buckets[place] * factor, isCompensated: isCompensated)
        }
        return true
    }

    /// Adds another side of the same schema; buckets that are missing here appear.
    mutating func add(_ other: BucketSide, multipliedBy factor: Double, isCompensated: Bool) {
        var mergedIndices: [Int] = []
        var mergedCounts: [CompensatedCount] = []
        mergedIndices.reserveCapacity(max(indices.count, other.indices.count))
        mergedCounts.reserveCapacity(mergedIndices.capacity)
        var mine = 0
        var theirs = 0
        while mine < indices.count || theirs < other.indices.count {
            let isMine = mine < indices.count && (theirs == other.indices.count || indices[mine] <= other.indices[theirs])
            let isTheirs = theirs < other.indices.count && (mine == indices.count || other.indices[theirs] <= indices[mine])
            mergedIndices.append(isMine ? indices[mine] : other.indices[theirs])
            var count = isMine ? counts[mine] : CompensatedCount(value: 0)
            if isTheirs {
                count.add(other.counts[theirs].value * factor, isCompensated: isCompensated)
                if isCompensated { count.add(other.counts[theirs].residue * factor, isCompensated: true) }
                theirs += 1
            }
            if isMine { mine += 1 }
            mergedCounts.append(count)
        }
        if mergedIndices != indices { knownSpans = nil }
        indices = mergedIndices
        counts = mergedCounts
    }

    mutating func multiply(by factor: Double) {
        for place in counts.indices { counts[place].multiply(by: factor) }
    }

    mutating func divide(by divisor: Double) {
        for place in counts.indices { counts[place].divide(by: divisor) }
    }
}
