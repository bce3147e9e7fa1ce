import PostwatchModel

/// Evaluates an expression over all steps of a grid, series by series: a window slides over a series' columns once, however many steps
/// there are, and what can be taken in one row at a time is never held whole. Pure: the samples were fetched before.
struct Evaluator {
    let grid: StepGrid
    let context: EvaluationContext
    let samples: FetchedSamples
    let notes: QueryNotes
    /// Answers of subexpressions that stand in the query more than once, or were worked out while samples were read.
    let answers: KnownAnswers

    func evaluate(_ expression: Expression) throws(QueryFailure) -> Operand {
        if Task.isCancelled { throw .canceled }
        if let known = answers[expression, grid] { return known }
        let answer = try work(out: expression)
        answers.keep(answer, of: expression, on: grid)
        return answer
    }

    /// The same expression seen from other steps.
    func on(_ grid: StepGrid) -> Evaluator {
        Evaluator(grid: grid, context: context, samples: samples, notes: notes, answers: answers)
    }

    /// The same with samples to look at.
    func reading(_ samples: FetchedSamples) -> Evaluator {
        Evaluator(grid: grid, context: context, samples: samples, notes: notes, answers: answers)
    }

    // The type check of the parser makes these three safe.

    func scalar(_ expression: Expression) throws(QueryFailure) -> [Double] {
        guard case .scalar(let values) = try evaluate(expression) else { preconditionFailure("not a scalar") }
        return values
    }

    func vector(_ expression: Expression) throws(QueryFailure) -> [Row] {
        guard case .vector(let rows) = try evaluate(expression) else { preconditionFailure("not an instant vector") }
        return rows
    }

    func string(_ expression: Expression) throws(QueryFailure) -> String {
        guard case .string(let text) = try evaluate(expression) else { preconditionFailure("not a string") }
        return text
    }

    // MARK: - Private

    private func work(out expression: Expression) throws(QueryFailure) -> Operand {
        switch expression {
        case .number(let literal): return .scalar(Array(repeating: literal.value, count: grid.count))
        case .string(let literal): return .string(literal.text)
        case .parentheses(let parentheses): return try evaluate(parentheses.inner)
        case .vectorSelector: return .vector(try collected(expression))
        case .rangeSelector, .subquery: preconditionFailure("windows are taken one by one")
        case .unary(let operation):
            guard operation.operand.type == .scalar else { return .vector(try collected(expression)) }
            let values = try scalar(operation.operand)
            return .scalar(operation.isNegative ? values.map { -$0 } : values)
        case .binary(let operation):
            return operation.isElementwise ? .vector(try collected(expression)) : try evaluate(operation)
        case .aggregation(let aggregation): return .vector(try evaluate(aggregation))
        case .call(let call):
            return call.isElementwise ? .vector(try collected(expression)) : try evaluate(call)
        }
    }
}
