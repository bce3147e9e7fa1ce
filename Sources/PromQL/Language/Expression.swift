import PostwatchModel

/// A parsed query. Types were checked while parsing, so an evaluator may rely on them.
indirect enum Expression: Hashable, Sendable {
    case number(Double)
    case string(String)
    case vectorSelector(VectorSelector)
    case rangeSelector(RangeSelector)
    case subquery(Subquery)
    case negation(Expression)
    case parentheses(Expression)
    case binary(BinaryOperation)
    case aggregation(Aggregation)
    case call(FunctionCall)

    var type: ValueType {
        switch self {
        case .number: .scalar
        case .string: .string
        case .vectorSelector, .aggregation: .instantVector
        case .rangeSelector, .subquery: .rangeVector
        case .negation(let operand), .parentheses(let operand): operand.type
        case .binary(let operation):
            operation.left.type == .scalar && operation.right.type == .scalar ? .scalar : .instantVector
        case .call(let call): call.function.result
        }
    }

    /// The expression inside any parentheses.
    var withoutParentheses: Expression {
        if case .parentheses(let inner) = self { inner.withoutParentheses } else { self }
    }
}

/// `metric{label="x"} offset 5m @ 1700000000`
struct VectorSelector: Hashable, Sendable {
    /// The metric's name included.
    var matchers: [LabelMatcher]
    var shift = TimeShift()
}

/// `metric{label="x"}[5m]`
struct RangeSelector: Hashable, Sendable {
    /// Its shift is that of the range.
    var selector: VectorSelector
    var range: Duration
}

/// `expression[1h:5m]`
struct Subquery: Hashable, Sendable {
    var expression: Expression
    var range: Duration
    /// `nil` stands for the engine's default step.
    var step: Duration?
    var shift = TimeShift()
}

/// The `offset` and `@` of a selector or subquery.
struct TimeShift: Hashable, Sendable {
    enum Anchor: Hashable, Sendable {
        case moment(Timestamp)
        /// `start()`
        case queryStart
        /// `end()`
        case queryEnd
    }

    /// How far to look back; negative looks ahead.
    var offset: Duration?
    var anchor: Anchor?
}
