import PostwatchModel

/// What stays the same through the whole of one query, subqueries included. Times in milliseconds.
struct EvaluationContext: Sendable {
    /// `start()` and `end()`.
    let queryStart: Int64
    let queryEnd: Int64
    let lookback: Int64
    let defaultSubqueryStep: Int64
    /// The most values that one operand may hold.
    let maximumSamples: Int

    func resolve(_ shift: TimeShift) -> ResolvedShift {
        let anchor: Int64? =
            switch shift.anchor {
            case nil: nil
            case .moment(let moment): moment.milliseconds
            case .queryStart: queryStart
            case .queryEnd: queryEnd
            }
        return ResolvedShift(offset: shift.offset?.wholeMilliseconds ?? 0, anchor: anchor)
    }

    /// The steps of a subquery's inner expression: multiples of its step in the left-open range that all windows together span.
    func grid(of subquery: Subquery, on grid: StepGrid) -> StepGrid {
        let step = max(1, subquery.step?.wholeMilliseconds ?? defaultSubqueryStep)
        guard !grid.isEmpty else { return StepGrid(start: 0, step: step, count: 0) }
        let shift = resolve(subquery.shift)
        let open = shift.apply(to: grid.start) - subquery.range.wholeMilliseconds
        let remainder = open % step
        // The first multiple strictly after `open`; `%` keeps the sign, so a negative time needs no extra step.
        let first = open - remainder + (remainder < 0 ? 0 : step)
        return StepGrid(from: first, through: shift.apply(to: grid.last), step: step)
    }
}
