import PostwatchModel

/// Instant selectors: for every step the newest sample in the lookback, unless that says that the series has ended.
extension Evaluator {
    /// What to take from the sample that is found.
    enum Aspect {
        case element
        /// Its time, in seconds.
        case time
    }

    func stream(
        _ selector: VectorSelector, giving aspect: Aspect = .element, _ take: (inout Row) throws(QueryFailure) -> Void
    ) throws(QueryFailure) {
        guard !grid.isEmpty else { return }
        let frame = context.frame(of: selector, on: grid)
        if selector.boundary == .smoothed, aspect == .element { return try smooth(selector, in: frame, take) }
        let (shift, wanted) = (frame.shift, SelectionPlan.Selection(of: selector, in: frame))
        var row = Row(steps: grid.count)
        for batch in samples.batches(wanted) {
            try batch.timestamps.withUnsafeBufferPointer { (timestamps) throws(QueryFailure) in
                try batch.values.withUnsafeBufferPointer { (values) throws(QueryFailure) in
                    try batch.histograms.withUnsafeBufferPointer { (histograms) throws(QueryFailure) in
                        for series in batch.series {
                            row.reset(series.labels)
                            let newest = NewestSample(
                                timestamps: UnsafeBufferPointer(rebasing: timestamps[series.samples]),
                                values: UnsafeBufferPointer(rebasing: values[series.samples]),
                                histograms: UnsafeBufferPointer(rebasing: histograms[series.histograms]), lookback: context.lookback,
                                stretches: batch.coarseStretches)
                            if newest.fill(&row, grid, shift, aspect) { try take(&row) }
                        }
                    }
                }
            }
        }
    }

    // MARK: - Private

    /// Values between the samples around each step.
    private func smooth(
        _ selector: VectorSelector, in frame: WindowFrame, _ take: (inout Row) throws(QueryFailure) -> Void
    ) throws(QueryFailure) {
        var row = Row(steps: grid.count)
        try forEachWindows(of: selector, in: frame) { (windows) throws(QueryFailure) in
            row.reset(windows.labels)
            windows.forEach { step, window in
                let element = window.smoothedElement {
                    report(.mixedWithNumbers, metricName: windows.labels.metricName, at: selector.range)
                }
                row.set(element, step)
            }
            if !row.isEmpty { try take(&row) }
        }
    }
}

/// Finds the newest sample of a series before each step.
private struct NewestSample {
    let timestamps: UnsafeBufferPointer<Int64>
    let values: UnsafeBufferPointer<Double>
    let histograms: UnsafeBufferPointer<HistogramPoint>
    let lookback: Int64
    let stretches: [SampleBatch.CoarseStretch]

    /// False when no step has one.
    func fill(_ row: inout Row, _ grid: StepGrid, _ shift: ResolvedShift, _ aspect: Evaluator.Aspect) -> Bool {
        var isFilled = false
        // How many samples lie at or before the step. A single step is near the end of what was read.
        var count = 0
        var histogramCount = 0
        if grid.count == 1 {
            let moment = shift.apply(to: grid.start)
            count = timestamps.count
            while count > 0 && timestamps[count - 1] > moment { count -= 1 }
        }
        for step in 0..<grid.count {
            let moment = shift.apply(to: grid.time(at: step))
            while count < timestamps.count && timestamps[count] <= moment { count += 1 }
            while histogramCount < histograms.count && histograms[histogramCount].timestamp <= moment { histogramCount += 1 }
            let time = count > 0 ? timestamps[count - 1] : .min
            if histogramCount > 0, histograms[histogramCount - 1].timestamp > time {
                let point = histograms[histogramCount - 1]
                guard isFresh(point.timestamp, at: moment), !point.histogram.isStaleMarker else { continue }
                if aspect == .time { row.values[step] = Double(point.timestamp) / 1000 } else { row.set(point.histogram, step) }
                isFilled = true
            } else {
                guard count > 0, isFresh(time, at: moment), !values[count - 1].isAbsent else { continue }
                row.values[step] = aspect == .time ? Double(time) / 1000 : values[count - 1]
                isFilled = true
            }
        }
        return isFilled
    }

    /// Where samples stand for a stretch of time, the one of the last stretch is still good.
    private func isFresh(_ time: Int64, at moment: Int64) -> Bool {
        if time > moment - lookback { return true }
        guard let stretch = stretches.first(where: { $0.range.contains(time) }) else { return false }
        return time > moment - lookback - stretch.spacing
    }
}
