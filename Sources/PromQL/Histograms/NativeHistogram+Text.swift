import PostwatchModel

/// Histograms as people read them.
extension NativeHistogram {
    /// `{count:20, sum:10, [-2,-1):2, [-0.001,0.001]:2, (1,2]:2}`: the buckets that hold something, from the lowest to the highest.
    ///
    /// The form in which `count_values` and templates write a histogram.
    public var text: String {
        var parts = ["count:\(count.generalText)", "sum:\(sum.generalText)"]
        parts += negativeBucketsOutwards.reversed().filter { $0.count != 0 }.map(\.text)
        if zeroCount != 0 { parts.append(zeroBucket.text) }
        parts += positiveBucketsOutwards.filter { $0.count != 0 }.map(\.text)
        return "{\(parts.joined(separator: ", "))}"
    }

    /// `{{schema:1 count:5 sum:3 offset:2 buckets:[1 0 4]}}`: the form of test scripts and of `promtool test rules`. Fields at their
    /// default are left out. Reads back as the same histogram without outer empty buckets.
    ///
    /// Buckets too far apart to be written in one list, which no real histogram has, give `text` instead.
    public var notation: String {
        let compact = compacted()
        guard let positive = Self.bucketList(compact.positiveSpans, compact.positiveBuckets),
            let negative = Self.bucketList(compact.negativeSpans, compact.negativeBuckets)
        else { return text }
        var fields: [String] = []
        if schema != 0 { fields.append("schema:\(schema)") }
        let numbers = [("count", count), ("sum", sum), ("z_bucket", zeroCount), ("z_bucket_w", zeroThreshold)]
        for (name, number) in numbers where number != 0 { fields.append("\(name):\(number.generalText)") }
        if hasCustomBounds { fields.append("custom_values:[\(Self.joined(customBounds))]") }
        switch counterReset {
        case .unknown: break
        case .reset: fields.append("counter_reset_hint:reset")
        case .notReset: fields.append("counter_reset_hint:not_reset")
        case .gauge: fields.append("counter_reset_hint:gauge")
        }
        for (prefix, list) in [("", positive), ("n_", negative)] where !list.counts.isEmpty {
            if list.offset != 0 { fields.append("\(prefix)offset:\(list.offset)") }
            fields.append("\(prefix)buckets:[\(Self.joined(list.counts))]")
        }
        return "{{\(fields.joined(separator: " "))}}"
    }

    // MARK: - Private

    private static let longestBucketList = 100_000

    private static func joined(_ numbers: [Double]) -> String {
        numbers.map(\.generalText).joined(separator: " ")
    }

    /// All buckets from the first to the last, with the gaps filled. `nil` when that would be more than the longest list.
    private static func bucketList(_ spans: [Span], _ buckets: [Double]) -> (offset: Int, counts: [Double])? {
        let indices = BucketSide.indices(of: spans, count: buckets.count)
        guard let first = indices.first, let last = indices.last else { return (0, []) }
        guard (0..<longestBucketList).contains(last - first) else { return nil }
        var counts = Array(repeating: 0.0, count: last - first + 1)
        for (index, count) in zip(indices, buckets) where counts.indices.contains(index - first) { counts[index - first] = count }
        return (first, counts)
    }
}
