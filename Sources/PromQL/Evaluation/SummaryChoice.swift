import PostwatchModel

/// Chooses what may stand for the samples of each selector where a store has only summaries left, or where a query looks at so much time
/// that it would not notice.
///
/// Only in stores that sum up; there, too, selectors that ask for the same are read once.
struct SummaryChoice {
    /// A query over less than this many stretches takes samples as they were written, where they still are.
    private static let stretchesWorthSumming: Int64 = 500
    /// A window is made of at least so many stretches, so that those cut by its ends weigh little.
    private static let stretchesPerWindow: Int64 = 12
    /// Nobody sums up shorter stretches: five minutes.
    private static let shortestStretch: Int64 = 300_000

    /// From here on the store has every sample, in milliseconds.
    let exactSince: Int64
    let context: EvaluationContext

    func apply(to expression: Expression, on grid: StepGrid) -> Expression {
        if grid.isEmpty { return expression }
        switch expression {
        case .number, .string: return expression
        case .vectorSelector(var selector):
            let frame = context.frame(of: selector, on: grid)
            choose(.last, coarsest: grid.step / 2, for: &selector, in: frame)
            return .vectorSelector(selector)
        case .rangeSelector(let range): return apply(to: range, of: nil, on: grid)
        case .subquery(var subquery):
            subquery.expression = apply(to: subquery.expression, on: context.grid(of: subquery, on: grid))
            return .subquery(subquery)
        case .unary(let operation):
            return .unary(
                UnaryOperation(isNegative: operation.isNegative, operand: apply(to: operation.operand, on: grid), range: operation.range))
        case .parentheses(let parentheses):
            return .parentheses(Parentheses(inner: apply(to: parentheses.inner, on: grid), range: parentheses.range))
        case .binary(var operation):
            operation.left = apply(to: operation.left, on: grid)
            operation.right = apply(to: operation.right, on: grid)
            return .binary(operation)
        case .aggregation(var aggregation):
            aggregation.parameter = aggregation.parameter.map { apply(to: $0, on: grid) }
            aggregation.operand = apply(to: aggregation.operand, on: grid)
            return .aggregation(aggregation)
        case .call(let call) where call.name == "avg_over_time" && readsSummaries(call, on: grid):
            // There is no mean of many stretches but from their sums and counts.
            guard let sum = call.named("sum_over_time"), let count = call.named("count_over_time") else { return expression }
            return .binary(
                BinaryOperation(
                    operation: .divide, operatorRange: call.range, left: apply(to: .call(sum), on: grid),
                    right: apply(to: .call(count), on: grid), returnsBool: false, matching: VectorMatching()))
        case .call(var call):
            for index in call.arguments.indices {
                if case .rangeSelector(let range) = call.arguments[index].withoutParentheses {
                    call.arguments[index] = apply(to: range, of: call.name, on: grid)
                } else {
                    call.arguments[index] = apply(to: call.arguments[index], on: grid)
                }
            }
            return .call(call)
        }
    }

    // MARK: - Private

    private func readsSummaries(_ call: FunctionCall, on grid: StepGrid) -> Bool {
        guard case .rangeSelector(let range)? = call.arguments.first?.withoutParentheses,
            case .rangeSelector(let chosen) = apply(to: range, of: "sum_over_time", on: grid)
        else { return false }
        return chosen.selector.summary == .sum
    }

    private func apply(to range: RangeSelector, of function: String?, on grid: StepGrid) -> Expression {
        var range = range
        let frame = context.frame(of: range, on: grid)
        let (summary, isExact) = Self.summary(for: function)
        choose(summary, coarsest: isExact ? frame.length / Self.stretchesPerWindow : 0, for: &range.selector, in: frame)
        return .rangeSelector(range)
    }

    private func choose(
        _ summary: SampleSelection.Summary, coarsest: Int64, for selector: inout VectorSelector, in frame: WindowFrame
    ) {
        // A store that never sums up has every sample.
        guard exactSince > .min else { return }
        let wanted = SelectionPlan.Selection(of: selector, in: frame)
        let welcome = min(coarsest, (wanted.end - wanted.start) / Self.stretchesWorthSumming)
        let isWelcome = welcome >= Self.shortestStretch
        // Also for what is younger: a day whose file was lost or dropped lives on in its summaries.
        selector.summary = summary
        selector.coarseness = isWelcome ? welcome : 0
    }

    /// What stands for the samples of a window, and whether the function gives with it what it gives with the samples themselves, up to the
    /// stretches that the ends of the window cut.
    private static func summary(for function: String?) -> (SampleSelection.Summary, isExact: Bool) {
        switch function {
        case "rate", "increase": (.counter, true)
        case "min_over_time": (.minimum, true)
        case "max_over_time": (.maximum, true)
        case "sum_over_time": (.sum, true)
        case "count_over_time": (.count, true)
        case "delta", "deriv", "predict_linear", "last_over_time", "present_over_time", "absent_over_time": (.last, true)
        default: (.last, false)
        }
    }
}

extension FunctionCall {
    /// The same call of another function.
    fileprivate func named(_ name: String) -> FunctionCall? {
        FunctionSignature.named(name).map { FunctionCall(signature: $0, arguments: arguments, range: range) }
    }
}
