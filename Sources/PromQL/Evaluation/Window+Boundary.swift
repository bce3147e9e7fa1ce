import PostwatchModel

/// Ranges that are `anchored` or `smoothed`: samples beyond their ends stand for the values at the ends, instead of extrapolation.
/// Source: Prometheus documentation, "Feature flags", "Extended range selectors".
extension Window {
    /// The change from one end of the range to the other. `nil` when nothing was measured inside.
    func change(_ reading: HistogramWindow.Reading, _ boundary: RangeBoundary) -> Double? {
        guard let used = used(boundary) else { return nil }
        let isCounter = reading == .counter
        let left = leftEnd(of: used, boundary, isCounter: isCounter)
        let right = rightEnd(of: used, boundary, isCounter: isCounter)
        var change = right - left
        guard isCounter else { return change }
        // Resets on the way; the ends know of theirs.
        var previous = left
        for index in used where timestamps[index] > start && timestamps[index] < end {
            if values[index] < previous { change += previous }
            previous = values[index]
        }
        if right < previous { change += previous }
        return change
    }

    /// The values at both ends, with the samples between them. Empty when nothing was measured inside.
    func extended(_ boundary: RangeBoundary) -> (timestamps: [Int64], values: [Double]) {
        guard let used = used(boundary) else { return ([], []) }
        let inside = used.filter { timestamps[$0] > start && timestamps[$0] < end }
        return (
            [start] + inside.map { timestamps[$0] } + [end],
            [leftEnd(of: used, boundary, isCounter: false)] + inside.map { values[$0] } + [rightEnd(of: used, boundary, isCounter: false)]
        )
    }

    /// Of an instant selector that is `smoothed`: what lies on the line between the samples around the moment. Behind the last sample
    /// it stays as it was; before the first one there is nothing. Calls `mixed` for a number beside a histogram, which have no line.
    func smoothedElement(_ mixed: () -> Void) -> Element? {
        let next = timestamps.firstIndex { $0 >= end } ?? count
        let nextHistogram = histograms.firstIndex { $0.timestamp >= end } ?? histograms.count
        let isNextNumber = next < count && (nextHistogram == histograms.count || timestamps[next] < histograms[nextHistogram].timestamp)
        if isNextNumber, timestamps[next] == end { return .number(values[next]) }
        if nextHistogram < histograms.count, histograms[nextHistogram].timestamp == end {
            return .histogram(histograms[nextHistogram].histogram)
        }
        guard next > 0 || nextHistogram > 0 else { return nil }
        let isNumber = next > 0 && (nextHistogram == 0 || timestamps[next - 1] > histograms[nextHistogram - 1].timestamp)
        guard next < count || nextHistogram < histograms.count else {
            return isNumber ? .number(values[next - 1]) : .histogram(histograms[nextHistogram - 1].histogram)
        }
        guard isNumber == isNextNumber else {
            mixed()
            return nil
        }
        if isNumber { return .number(interpolated(next - 1, next, at: end, isCounter: false)) }
        let (before, after) = (histograms[nextHistogram - 1], histograms[nextHistogram])
        return HistogramWindow.interpolated(from: before, to: after, at: Timestamp(milliseconds: end), .gauge)
            .histogram.map(Element.histogram)
    }

    // MARK: - Private

    /// The samples from the one that stands for the start to the one that stands for the end.
    private func used(_ boundary: RangeBoundary) -> ClosedRange<Int>? {
        guard count > 0 else { return nil }
        let first = max(0, (timestamps.dropLast().firstIndex { $0 > start } ?? count - 1) - 1)
        let last = boundary == .smoothed ? timestamps.dropLast().firstIndex { $0 >= end } ?? count - 1 : count - 1
        guard timestamps[last] > start, boundary == .anchored || timestamps[first] <= end else { return nil }
        return first...last
    }

    private func leftEnd(of used: ClosedRange<Int>, _ boundary: RangeBoundary, isCounter: Bool) -> Double {
        let first = used.lowerBound
        guard boundary == .smoothed, timestamps[first] < start else { return values[first] }
        return interpolated(first, first + 1, at: start, isCounter: isCounter)
    }

    private func rightEnd(of used: ClosedRange<Int>, _ boundary: RangeBoundary, isCounter: Bool) -> Double {
        let last = used.upperBound
        guard boundary == .smoothed, last > 0, timestamps[last] > end else { return values[last] }
        return interpolated(last - 1, last, at: end, isCounter: isCounter)
    }

    /// On the line between two samples. A counter that was reset between them rose from zero.
    private func interpolated(_ first: Int, _ second: Int, at moment: Int64, isCounter: Bool) -> Double {
        let from = isCounter && values[second] < values[first] ? 0 : values[first]
        let share = Double(moment - timestamps[first]) / Double(timestamps[second] - timestamps[first])
        return from + (values[second] - from) * share
    }
}
