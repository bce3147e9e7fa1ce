import PostwatchModel

/// The native histograms of one series in a range, oldest first: what `rate`, `increase`, `delta`, `irate` and `idelta` start from.
///
/// The results are totals over the time between samples. The evaluator multiplies them by the factor of its extrapolation, which for
/// counters rests on the `count` of the first sample and of the result, and divides by seconds where a rate is wanted.
struct HistogramWindow: Sendable {
    /// What the function takes the histograms for, whatever they say themselves.
    enum Reading: Hashable, Sendable {
        /// `rate`, `increase`, `irate`: what was counted before a reset is added.
        case counter
        /// `delta`, `idelta`.
        case gauge
    }

    let points: ArraySlice<HistogramPoint>

    init(_ points: some Collection<HistogramPoint>) {
        self.points = ArraySlice(points)
    }

    /// The difference between the last and the first sample, for `rate`, `increase` and `delta`. Needs two samples.
    ///
    /// In the coarsest schema of them all, compacted, a gauge. Nothing comes of exponential buckets among custom bounds; only a first
    /// sample just before a reset may differ, since it does not matter.
    func difference(_ reading: Reading) -> HistogramOutcome {
        precondition(points.count >= 2, "a difference takes two samples")
        var outcome = HistogramOutcome()
        var first = points[points.startIndex].histogram
        let last = points[points.endIndex - 1].histogram
        switch reading {
        case .counter:
            if points.contains(where: { $0.histogram.counterReset == .gauge }) { outcome.note(.notCounter) }
            let second = points[points.startIndex + 1].histogram
            if second.isReset(after: first) {
                first = NativeHistogram(schema: second.schema, customBounds: second.customBounds)
            }
        case .gauge:
            if first.counterReset != .gauge || last.counterReset != .gauge { outcome.note(.notGauge) }
        }
        // What lies between matters to a counter alone.
        let relevant = reading == .counter ? points.dropFirst().map(\.histogram) : [last]
        guard relevant.allSatisfy({ $0.hasCustomBounds == first.hasCustomBounds }) else {
            return HistogramOutcome(notes: [.mixedBucketKinds])
        }
        var difference = HistogramSum(last, isCompensated: false)
        difference.reduce(toSchema: relevant.reduce(first.schema) { min($0, $1.schema) })
        guard Self.add(first, multipliedBy: -1, to: &difference, noting: &outcome) else { return outcome }
        if reading == .counter {
            var previous = first
            for histogram in relevant {
                if histogram.isReset(after: previous) {
                    guard Self.add(previous, multipliedBy: 1, to: &difference, noting: &outcome) else { return outcome }
                }
                previous = histogram
            }
        }
        outcome.histogram = Self.result(difference)
        return outcome
    }

    /// The difference between the last two samples, for `irate` and `idelta`; after a reset, the last sample. Needs two samples.
    func lastDifference(_ reading: Reading) -> HistogramOutcome {
        precondition(points.count >= 2, "a difference takes two samples")
        var outcome = HistogramOutcome()
        let previous = points[points.endIndex - 2].histogram
        let last = points[points.endIndex - 1].histogram
        switch reading {
        case .counter:
            if last.counterReset == .gauge || previous.counterReset == .gauge { outcome.note(.notCounter) }
        case .gauge:
            if last.counterReset != .gauge || previous.counterReset != .gauge { outcome.note(.notGauge) }
        }
        var difference = HistogramSum(last, isCompensated: false)
        if reading == .gauge || !last.isReset(after: previous) {
            guard Self.add(previous, multipliedBy: -1, to: &difference, noting: &outcome) else { return outcome }
        }
        outcome.histogram = Self.result(difference)
        return outcome
    }

    // MARK: - Shared with the extended differences

    /// Answers `false`, with the note, when the histograms do not go together.
    static func add(
        _ term: NativeHistogram, multipliedBy factor: Double, to sum: inout HistogramSum, noting outcome: inout HistogramOutcome
    ) -> Bool {
        do {
            // Resets are looked for here, so what the terms say of them is no news.
            if try sum.add(term, multipliedBy: factor).contains(.boundsReconciled) {
                outcome.note(.boundsReconciled(factor < 0 ? .subtraction : .addition))
            }
        } catch {
            outcome.note(.mixedBucketKinds)
            return false
        }
        return true
    }

    static func result(_ difference: HistogramSum) -> NativeHistogram {
        var result = difference.total.compacted()
        result.counterReset = .gauge
        return result
    }
}
