import PostwatchModel

/// What stays the same through the whole of one query, subqueries included. Times in milliseconds.
struct EvaluationContext: Sendable {
    let text: QueryText
    /// `start()` and `end()`.
    let queryStart: Int64
    let queryEnd: Int64
    /// 0 for an instant query.
    let queryStep: Int64
    let lookback: Int64
    let defaultSubqueryStep: Int64
    /// The most values that one operand may hold.
    let maximumSamples: Int
    /// Names of metrics are taken away at the end of the query instead of at once.
    var delaysNameRemoval = false

    /// The moments that can be evaluated at, in milliseconds, as for `@`: 70,000 years around 1970. All the durations that an expression can
    /// add to one, of 292 years each, end far before the range of the numbers does.
    static let times: ClosedRange<Int64> = -(1 << 51)...(1 << 51)

    func resolve(_ shift: TimeShift) -> ResolvedShift {
        let anchor: Int64? =
            switch shift.anchor {
            case nil: nil
            case .moment(let moment): moment.milliseconds
            case .queryStart: queryStart
            case .queryEnd: queryEnd
            }
        return ResolvedShift(offset: shift.offset?.resolved.wholeMilliseconds ?? 0, anchor: anchor)
    }

    /// Where an instant selector looks: behind each step, and ahead of it when the values are smoothed.
    func frame(of selector: VectorSelector, on grid: StepGrid) -> WindowFrame {
        WindowFrame(
            grid: grid, length: 0, shift: resolve(selector.shift), boundary: selector.boundary, reachBack: lookback,
            reachAhead: selector.boundary == .smoothed ? lookback : 0)
    }

    /// Where a range selector looks. The last sample before the range may stand for its beginning, the first one behind it for its end.
    func frame(of range: RangeSelector, on grid: StepGrid) -> WindowFrame {
        let boundary = range.selector.boundary
        return WindowFrame(
            grid: grid, length: range.length.resolved.wholeMilliseconds, shift: resolve(range.selector.shift), boundary: boundary,
            reachBack: boundary == nil ? 0 : lookback, reachAhead: boundary == .smoothed ? lookback : 0)
    }

    /// The steps of a subquery's inner expression: multiples of its step in the left-open range that all windows together span.
    func grid(of subquery: Subquery, on grid: StepGrid) -> StepGrid {
        let step = max(1, subquery.step?.resolved.wholeMilliseconds ?? defaultSubqueryStep)
        guard !grid.isEmpty else { return StepGrid(start: 0, step: step, count: 0) }
        let shift = resolve(subquery.shift)
        let open = shift.apply(to: grid.start) - subquery.length.resolved.wholeMilliseconds
        let remainder = open % step
        // The first multiple strictly after `open`; `%` keeps the sign, so a negative time needs no extra step.
        let first = open - remainder + (remainder < 0 ? 0 : step)
        return StepGrid(from: first, through: shift.apply(to: grid.last), step: step)
    }
}
