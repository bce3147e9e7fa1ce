import PostwatchModel

/// Makes columns of a month file into the samples that a selection asks for.
///
/// A stretch may have several summaries: samples that came late made a new one, at the time of the last of them. The latest counts, so
/// columns must be read up to the end of the last stretch, and cut off afterwards.
struct SummaryReading {
    let resolution: Resolution
    let summary: SampleSelection.Summary

    /// The columns that are needed.
    var columns: [SummaryColumn] {
        switch summary {
        case .last: [.last]
        case .counter: [.last, .lost]
        case .minimum: [.minimum]
        case .maximum: [.maximum]
        case .sum: [.sum]
        case .count: [.count]
        }
    }

    /// The samples of each series in `range`.
    func samples(of stored: [StoredSeries], in range: ClosedRange<Int64>) -> [StoredSeries] {
        var lost: [LabelSet: SampleColumns] = [:]
        var found: [StoredSeries] = []
        for series in stored {
            guard let (column, labels) = SummaryColumn.split(series.labels) else { continue }
            if column == .lost {
                lost[labels] = series.columns
            } else {
                found.append(StoredSeries(labels: labels, columns: latest(of: series.columns)))
            }
        }
        for index in found.indices {
            if let lost = lost[found[index].labels] { found[index].columns = Self.withResets(found[index].columns, lost) }
            found[index].columns = found[index].columns.slice(from: range.lowerBound, through: range.upperBound)
        }
        return found.filter { !$0.columns.isEmpty }
    }

    /// The last of each stretch.
    func latest(of columns: SampleColumns) -> SampleColumns {
        var latest = SampleColumns()
        for index in columns.timestamps.indices {
            let timestamp = columns.timestamps[index]
            if index + 1 < columns.count, columns.timestamps[index + 1] <= resolution.end(ofStretchWith: timestamp) { continue }
            latest.append(timestamp, columns.values[index])
        }
        return latest
    }

    // MARK: - Private

    /// Lets a counter rise to what was lost and fall to zero, in the two milliseconds before a summary: then what PromQL's `increase` adds
    /// up is what the counter has risen by. Where there is no room for that, the fall itself tells it.
    private static func withResets(_ columns: SampleColumns, _ lost: SampleColumns) -> SampleColumns {
        var samples = SampleColumns()
        for (timestamp, value) in zip(columns.timestamps, columns.values) {
            if let lost = lost.value(at: timestamp), lost > 0, samples.timestamps.last.map({ $0 < timestamp - 2 }) ?? true {
                samples.append(timestamp - 2, lost)
                samples.append(timestamp - 1, 0)
            }
            samples.append(timestamp, value)
        }
        return samples
    }
}
