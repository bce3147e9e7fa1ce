/// Answers of subexpressions that are asked for more than once in a query.
final class KnownAnswers {
    private struct Question: Hashable {
        let expression: Expression
        let grid: StepGrid
    }

    private var answers: [Question: Operand] = [:]
    private let repeated: Set<Expression>

    /// - Parameter expression: the whole query.
    init(of expression: Expression) {
        var seen: Set<Expression> = []
        var repeated: Set<Expression> = []
        expression.forEach { part in
            if part.isWorthKeeping, !seen.insert(part).inserted { repeated.insert(part) }
        }
        self.repeated = repeated
    }

    subscript(expression: Expression, grid: StepGrid) -> Operand? {
        if answers.isEmpty { return nil }
        return answers[Question(expression: expression, grid: grid)]
    }

    /// Keeps the answer if somebody else will ask for it.
    func keep(_ answer: Operand, of expression: Expression, on grid: StepGrid) {
        if repeated.isEmpty || !repeated.contains(expression) { return }
        answers[Question(expression: expression, grid: grid)] = answer
    }

    /// Puts in an answer that was found while samples were read.
    func put(_ answer: Operand, of expression: Expression, on grid: StepGrid) {
        answers[Question(expression: expression, grid: grid)] = answer
    }
}

extension Expression {
    /// What costs next to nothing is not.
    fileprivate var isWorthKeeping: Bool {
        switch self {
        case .number, .string, .rangeSelector, .subquery, .parentheses: false
        case .vectorSelector, .unary, .binary, .aggregation, .call: true
        }
    }
}
