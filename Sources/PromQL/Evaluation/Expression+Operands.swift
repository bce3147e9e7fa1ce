/// Walks through the tree.
extension Expression {
    /// Calls `body` for each expression that stands directly inside of this one.
    func forEachOperand(_ body: (Expression) -> Void) {
        switch self {
        case .number, .string, .vectorSelector, .rangeSelector: break
        case .subquery(let subquery): body(subquery.expression)
        case .unary(let operation): body(operation.operand)
        case .parentheses(let parentheses): body(parentheses.inner)
        case .binary(let operation):
            body(operation.left)
            body(operation.right)
        case .aggregation(let aggregation):
            if let parameter = aggregation.parameter { body(parameter) }
            body(aggregation.operand)
        case .call(let call): call.arguments.forEach(body)
        }
    }

    var isNumber: Bool {
        if case .number = withoutParentheses { true } else { false }
    }

    /// Calls `body` for this expression and all inside of it.
    func forEach(_ body: (Expression) -> Void) {
        body(self)
        forEachOperand { $0.forEach(body) }
    }
}
