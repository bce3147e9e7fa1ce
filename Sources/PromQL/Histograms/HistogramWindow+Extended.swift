import PostwatchModel

/// Ranges that are `anchored` or `smoothed`: they take samples beyond their ends into account instead of extrapolating.
///
/// Source: Prometheus, "Querying basics", "Extended range selectors" (experimental).
extension HistogramWindow {
    /// How the histogram at an end of the range is found.
    enum Ends: Hashable, Sendable {
        /// The last sample at or before the end.
        case anchored
        /// Between the samples around the end.
        case smoothed
    }

    /// The difference between the ends of a range, for `rate`, `increase` and `delta`.
    ///
    /// The window must hold the last sample at or before `start`, if there is one, and for `smoothed` the first at or after `end`.
    /// No histogram and no note when nothing was measured inside. Compacted, a gauge.
    func difference(
        _ reading: Reading, from start: Timestamp, to end: Timestamp, _ ends: Ends
    ) -> HistogramOutcome {
        guard let used = pointsUsed(from: start.milliseconds, to: end.milliseconds, ends) else { return HistogramOutcome() }
        var outcome = HistogramOutcome()
        guard used.allSatisfy({ $0.histogram.hasCustomBounds == used[used.startIndex].histogram.hasCustomBounds }) else {
            return HistogramOutcome(notes: [.mixedBucketKinds])
        }
        if reading == .counter, used.contains(where: { $0.histogram.counterReset == .gauge }) { outcome.note(.notCounter) }
        guard let left = leftEnd(of: used, at: start.milliseconds, reading, ends, noting: &outcome),
            let right = rightEnd(of: used, at: end.milliseconds, reading, ends, noting: &outcome)
        else { return outcome }
        if reading == .gauge, left.counterReset != .gauge || right.counterReset != .gauge { outcome.note(.notGauge) }
        var difference = HistogramSum(right, isCompensated: false)
        guard Self.add(left, multipliedBy: -1, to: &difference, noting: &outcome) else { return outcome }
        if reading == .counter {
            for lost in countedBeforeResets(in: used, from: start.milliseconds, left, right, ends) {
                guard Self.add(lost, multipliedBy: 1, to: &difference, noting: &outcome) else { return outcome }
            }
        }
        outcome.histogram = Self.result(difference)
        return outcome
    }

    /// The histogram on the straight line between two samples, `moment` lying between them. A counter that was reset rises from zero.
    static func interpolated(
        from first: HistogramPoint, to second: HistogramPoint, at moment: Timestamp, _ reading: Reading
    ) -> HistogramOutcome {
        if moment.milliseconds == first.timestamp { return HistogramOutcome(histogram: first.histogram) }
        if moment.milliseconds == second.timestamp { return HistogramOutcome(histogram: second.histogram) }
        let share = Double(moment.milliseconds - first.timestamp) / Double(second.timestamp - first.timestamp)
        var outcome = HistogramOutcome()
        var value = HistogramSum(second.histogram, isCompensated: false)
        if reading == .counter, second.histogram.isReset(after: first.histogram) {
            value.multiply(by: share)
        } else {
            guard add(first.histogram, multipliedBy: -1, to: &value, noting: &outcome) else { return outcome }
            value.multiply(by: share)
            guard add(first.histogram, multipliedBy: 1, to: &value, noting: &outcome) else { return outcome }
        }
        outcome.histogram = value.total
        return outcome
    }

    // MARK: - Private

    /// From the sample at or before the start to the one at or before the end, or at or after it when smoothed.
    private func pointsUsed(from start: Int64, to end: Int64, _ ends: Ends) -> ArraySlice<HistogramPoint>? {
        guard !points.isEmpty else { return nil }
        let lastPlace = points.endIndex - 1
        let afterStart = points[..<lastPlace].firstIndex { $0.timestamp > start } ?? lastPlace
        let first = max(points.startIndex, afterStart - 1)
        let last = ends == .smoothed ? points[..<lastPlace].firstIndex { $0.timestamp >= end } ?? lastPlace : lastPlace
        guard first <= last, points[last].timestamp > start, ends == .anchored || points[first].timestamp <= end else { return nil }
        return points[first...last]
    }

    private func leftEnd(
        of used: ArraySlice<HistogramPoint>, at start: Int64, _ reading: Reading, _ ends: Ends, noting outcome: inout HistogramOutcome
    ) -> NativeHistogram? {
        let first = used[used.startIndex]
        guard ends == .smoothed, first.timestamp < start, used.count > 1 else { return first.histogram }
        return Self.end(between: first, used[used.startIndex + 1], at: start, reading, noting: &outcome)
    }

    private func rightEnd(
        of used: ArraySlice<HistogramPoint>, at end: Int64, _ reading: Reading, _ ends: Ends, noting outcome: inout HistogramOutcome
    ) -> NativeHistogram? {
        let last = used[used.endIndex - 1]
        guard ends == .smoothed, last.timestamp > end, used.count > 1 else { return last.histogram }
        return Self.end(between: used[used.endIndex - 2], last, at: end, reading, noting: &outcome)
    }

    private static func end(
        between first: HistogramPoint, _ second: HistogramPoint, at moment: Int64, _ reading: Reading,
        noting outcome: inout HistogramOutcome
    ) -> NativeHistogram? {
        let end = interpolated(from: first, to: second, at: Timestamp(milliseconds: moment), reading)
        for note in end.notes { outcome.note(note) }
        return end.histogram
    }

    /// What a counter stood at before each of its resets between the ends.
    private func countedBeforeResets(
        in used: ArraySlice<HistogramPoint>, from start: Int64, _ left: NativeHistogram, _ right: NativeHistogram, _ ends: Ends
    ) -> [NativeHistogram] {
        var between = used.dropFirst()
        var previous = left
        if ends == .smoothed, used[used.startIndex].timestamp < start, let second = between.first,
            second.histogram.isReset(after: used[used.startIndex].histogram)
        {
            // The left end lies behind this reset already.
            previous = second.histogram
            between = between.dropFirst()
            if between.isEmpty { return [] }
        } else if between.isEmpty {
            return []
        }
        var lost: [NativeHistogram] = []
        for histogram in between.dropLast().map(\.histogram) + [right] {
            if histogram.isReset(after: previous) { lost.append(previous) }
            previous = histogram
        }
        return lost
    }
}
