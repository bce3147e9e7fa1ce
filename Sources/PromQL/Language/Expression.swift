/// A parsed query. Types were checked, so an evaluator may rely on them.
///
/// Equal means: yields the same at every place of a query. Ranges in the text and ways of writing (`5m` or `300`, the order of matchers)
/// do not count.
indirect enum Expression: Hashable, Sendable {
    case number(NumberLiteral)
    case string(StringLiteral)
    case vectorSelector(VectorSelector)
    case rangeSelector(RangeSelector)
    case subquery(Subquery)
    case unary(UnaryOperation)
    case parentheses(Parentheses)
    case binary(BinaryOperation)
    case aggregation(Aggregation)
    case call(FunctionCall)

    var type: ValueType {
        switch self {
        case .number: .scalar
        case .string: .string
        case .vectorSelector, .aggregation: .instantVector
        case .rangeSelector, .subquery: .rangeVector
        case .unary(let operation): operation.operand.type
        case .parentheses(let parentheses): parentheses.inner.type
        case .binary(let operation): operation.type
        case .call(let call): call.signature.result
        }
    }

    var range: SourceRange {
        switch self {
        case .number(let literal): literal.range
        case .string(let literal): literal.range
        case .vectorSelector(let selector): selector.range
        case .rangeSelector(let selector): selector.range
        case .subquery(let subquery): subquery.range
        case .unary(let operation): operation.range
        case .parentheses(let parentheses): parentheses.range
        case .binary(let operation): operation.left.range.joined(with: operation.right.range)
        case .aggregation(let aggregation): aggregation.range
        case .call(let call): call.range
        }
    }

    /// The expression inside any parentheses.
    var withoutParentheses: Expression {
        if case .parentheses(let parentheses) = self { parentheses.inner.withoutParentheses } else { self }
    }
}
