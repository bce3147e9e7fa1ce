import PostwatchModel

/// The summaries of one series, a stretch after the other.
///
/// Stale markers are no samples here: a stretch that has nothing else has no summary. Other NaNs are treated as PromQL's functions over
/// time do it: they count, make the sum NaN, and are the smallest and largest value only where there is no number.
struct SummaryColumns: Hashable, Sendable {
    /// What stands for one stretch.
    struct Summary: Hashable, Sendable {
        /// Of the last sample, in milliseconds.
        var timestamp: Int64
        var last: Double
        var minimum: Double
        var maximum: Double
        var sum: Double
        var count: Double
        var lost: Double
    }

    private(set) var summaries: [Summary] = []

    init(_ summaries: [Summary] = []) {
        self.summaries = summaries
    }

    /// - Parameter previous: the value before the first of `columns`, to see whether a counter was reset between the two.
    init(of columns: SampleColumns, in resolution: Resolution, after previous: Double?) {
        var previous = previous
        var end = Int64.min
        for (timestamp, value) in zip(columns.timestamps, columns.values) where !Sample.isStaleMarker(value) {
            var lost = 0.0
            if let before = previous, value < before, before.isFinite { lost = before }
            if !value.isNaN { previous = value }
            if timestamp <= end, let index = summaries.indices.last {
                summaries[index].add(value, at: timestamp, lost: lost)
            } else {
                end = resolution.end(ofStretchWith: timestamp)
                summaries.append(
                    Summary(timestamp: timestamp, last: value, minimum: value, maximum: value, sum: value, count: 1, lost: lost))
            }
        }
    }

    /// These and those of other samples of the same series, as one. Whether a counter was reset between the samples of both is not known.
    ///
    /// Where both have the same last sample of a stretch, its samples were sent once more: then those count that are more. Other samples
    /// that were sent before cannot be told from new ones, since their times are gone.
    func adding(_ other: SummaryColumns, in resolution: Resolution) -> SummaryColumns {
        var sums: [Int64: Summary] = [:]
        for summary in summaries + other.summaries {
            let end = resolution.end(ofStretchWith: summary.timestamp)
            guard let known = sums[end] else {
                sums[end] = summary
                continue
            }
            if known.timestamp != summary.timestamp {
                sums[end] = known.merged(with: summary)
            } else if summary.count > known.count {
                sums[end] = summary
            }
        }
        return SummaryColumns(sums.values.sorted { $0.timestamp < $1.timestamp })
    }

    /// What is stored of a column.
    /// - Parameter replacing: there may be summaries of the same stretches, which these are to take the place of.
    func stored(_ column: SummaryColumn, replacing: Bool) -> SampleColumns {
        let stored = column == .lost && !replacing ? summaries.filter { $0.lost > 0 } : summaries
        let values = stored.map { summary in
            switch column {
            case .last: summary.last
            case .minimum: summary.minimum
            case .maximum: summary.maximum
            case .sum: summary.sum
            case .count: summary.count
            case .lost: summary.lost
            }
        }
        return SampleColumns(timestamps: stored.map(\.timestamp), values: values)
    }
}

extension SummaryColumns.Summary {
    mutating func add(_ value: Double, at timestamp: Int64, lost: Double) {
        self.timestamp = timestamp
        last = value
        if value < minimum || minimum.isNaN { minimum = value }
        if value > maximum || maximum.isNaN { maximum = value }
        sum += value
        count += 1
        self.lost += lost
    }

    func merged(with other: Self) -> Self {
        var merged = other.timestamp > timestamp ? other : self
        merged.minimum = other.minimum < minimum || minimum.isNaN ? other.minimum : minimum
        merged.maximum = other.maximum > maximum || maximum.isNaN ? other.maximum : maximum
        merged.sum = sum + other.sum
        merged.count = count + other.count
        merged.lost = lost + other.lost
        return merged
    }
}
