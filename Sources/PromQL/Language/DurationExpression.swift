import PostwatchModel

/// A length of time in a query: written out, or computed from the query's own step and range (experimental). In seconds throughout.
/// Source: Prometheus documentation, "Feature flags", "PromQL arithmetic expressions in time durations".
indirect enum DurationExpression: Hashable, Sendable {
    enum Operator: String, Hashable, Sendable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case modulo = "%"
        case power = "^"

        /// Higher binds tighter.
        var precedence: Int {
            switch self {
            case .add, .subtract: 1
            case .multiply, .divide, .modulo: Self.signPrecedence
            case .power: 3
            }
        }

        /// That of a sign.
        static let signPrecedence = 2
    }

    case literal(NumberLiteral)
    /// `step()`
    case queryStep(SourceRange)
    /// `range()`
    case queryRange(SourceRange)
    /// `min_of(…, …)`
    case smaller(DurationExpression, DurationExpression, SourceRange)
    /// `max_of(…, …)`
    case larger(DurationExpression, DurationExpression, SourceRange)
    case negation(DurationExpression, SourceRange)
    case parentheses(DurationExpression, SourceRange)
    case arithmetic(Operator, DurationExpression, DurationExpression)

    /// What may stand before a parenthesis in a duration, in lower case. `min` and `max` are older names of the last two.
    static let words: Set<String> = ["step", "range", "min", "max", "min_of", "max_of"]

    var range: SourceRange {
        switch self {
        case .literal(let literal): literal.range
        case .queryStep(let range), .queryRange(let range), .smaller(_, _, let range), .larger(_, _, let range), .negation(_, let range),
            .parentheses(_, let range):
            range
        case .arithmetic(_, let left, let right): left.range.joined(with: right.range)
        }
    }

    /// Cut to whole milliseconds if it is a literal: finer ones do not count for a range, a step or an offset.
    var inWholeMilliseconds: DurationExpression {
        guard case .literal(let literal) = self else { return self }
        // Nanoseconds first, as 1.001 s is a little less in binary.
        let milliseconds = ((literal.value * 1e9).rounded() / 1e6).rounded(.towardZero)
        return .literal(NumberLiteral(milliseconds / 1000, isDuration: true, range: literal.range))
    }

    /// The duration when it was written out, or has been resolved; else `nil`.
    var constant: Duration? {
        guard case .literal(let literal) = self else { return nil }
        return .milliseconds(Int64((literal.value * 1000).rounded()))
    }

    /// The duration, which must have been resolved by `Expression.resolvingDurations`.
    var resolved: Duration {
        guard let constant else { preconditionFailure("durations are resolved before a query is evaluated") }
        return constant
    }
}
