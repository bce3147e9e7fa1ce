import PostwatchModel

/// Which samples a query needs. Selectors with the same matchers whose ranges touch are read together.
struct SelectionPlan: Sendable {
    struct Selection: Hashable, Sendable {
        let matchers: [LabelMatcher]
        /// Milliseconds, both ends included.
        var start: Int64
        var end: Int64
    }

    private(set) var selections: [Selection] = []
    private let context: EvaluationContext

    init(of expression: Expression, on grid: StepGrid, in context: EvaluationContext) {
        self.context = context
        visit(expression, grid)
    }

    // MARK: - Private

    private mutating func visit(_ expression: Expression, _ grid: StepGrid) {
        guard !grid.isEmpty else { return }
        switch expression {
        case .number, .string: break
        case .vectorSelector(let selector): add(selector, reachingBack: context.lookback, on: grid)
        case .rangeSelector(let range): add(range.selector, reachingBack: range.range.wholeMilliseconds, on: grid)
        case .subquery(let subquery): visit(subquery.expression, context.grid(of: subquery, on: grid))
        case .negation(let operand), .parentheses(let operand): visit(operand, grid)
        case .binary(let operation):
            visit(operation.left, grid)
            visit(operation.right, grid)
        case .aggregation(let aggregation):
            if let parameter = aggregation.parameter { visit(parameter, grid) }
            visit(aggregation.operand, grid)
        case .call(let call):
            for argument in call.arguments { visit(argument, grid) }
        }
    }

    private mutating func add(_ selector: VectorSelector, reachingBack length: Int64, on grid: StepGrid) {
        let shift = context.resolve(selector.shift)
        var wanted = Selection(
            matchers: selector.matchers, start: shift.apply(to: grid.start) - length + 1, end: shift.apply(to: grid.last))
        // Merging may make a selection touch another one, so all that touch are taken out first.
        selections.removeAll { known in
            guard known.matchers == wanted.matchers, known.start <= wanted.end + 1, wanted.start <= known.end + 1 else { return false }
            wanted.start = min(wanted.start, known.start)
            wanted.end = max(wanted.end, known.end)
            return true
        }
        selections.append(wanted)
    }
}
