import PostwatchModel

/// One series with the windows that a range selector or subquery takes from it, one for each step.
struct SeriesWindows {
    let labels: LabelSet
    /// Of `values`: milliseconds, strictly rising. No stale markers.
    let timestamps: UnsafeBufferPointer<Int64>
    let values: UnsafeBufferPointer<Double>
    let histograms: UnsafeBufferPointer<HistogramPoint>
    let frame: WindowFrame

    /// Calls `body` for every step whose window holds a sample.
    @inline(__always)
    func forEach(_ body: (Int, Window) throws -> Void) rethrows {
        var (lower, upper) = (0, 0)
        var (firstHistogram, endHistogram) = (0, 0)
        for step in 0..<frame.grid.count {
            let time = frame.grid.time(at: step)
            let end = frame.shift.apply(to: time)
            let start = end - frame.length - frame.reachBack
            let reach = end + frame.reachAhead
            while upper < timestamps.count && timestamps[upper] <= reach { upper += 1 }
            while lower < upper && timestamps[lower] <= start { lower += 1 }
            if !histograms.isEmpty {
                while endHistogram < histograms.count && histograms[endHistogram].timestamp <= reach { endHistogram += 1 }
                while firstHistogram < endHistogram && histograms[firstHistogram].timestamp <= start { firstHistogram += 1 }
            }
            guard lower < upper || firstHistogram < endHistogram else { continue }
            try body(
                step,
                Window(
                    timestamps: UnsafeBufferPointer(rebasing: timestamps[lower..<upper]),
                    values: UnsafeBufferPointer(rebasing: values[lower..<upper]),
                    histograms: UnsafeBufferPointer(rebasing: histograms[firstHistogram..<endHistogram]), length: frame.length, end: end,
                    evaluatedAt: time))
        }
    }
}

/// Which windows a range selector or subquery looks at.
struct WindowFrame: Hashable, Sendable {
    let grid: StepGrid
    /// Milliseconds.
    let length: Int64
    let shift: ResolvedShift
    /// What to do at the ends of the windows.
    var boundary: RangeBoundary?
    /// How far samples before and behind a window are taken along, in milliseconds.
    var reachBack: Int64 = 0
    var reachAhead: Int64 = 0
}
