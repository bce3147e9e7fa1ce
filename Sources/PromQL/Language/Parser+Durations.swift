/// Durations in ranges, steps and offsets.
extension Parser {
    /// A range or a step, with any arithmetic.
    mutating func positiveDuration(in context: String, expected: String) throws(PromQLFault) -> DurationExpression {
        let duration = try duration(minimum: 1, context, expected).inWholeMilliseconds
        // What is computed is checked once it is known.
        guard let constant = duration.constant, constant <= .zero else { return duration }
        throw fault("duration must be greater than 0", at: duration.range, expected: "a duration such as 5m")
    }

    /// What stands behind `offset`. Arithmetic must be in parentheses there: `x offset 5m + 1` adds 1 to x.
    mutating func offsetDuration() throws(PromQLFault) -> DurationExpression {
        let (context, expected) = ("offset", "number, duration, step(), or range()")
        let sign = current
        guard sign.isSymbol(.minus) || sign.isSymbol(.plus) else { return try durationPrimary(context, expected).inWholeMilliseconds }
        advance()
        return try signed(sign, try durationPrimary(context, expected)).inWholeMilliseconds
    }

    // MARK: - Private

    private mutating func duration(minimum: Int, _ context: String, _ expected: String) throws(PromQLFault) -> DurationExpression {
        try nested { (parser) throws(PromQLFault) in
            var left = try parser.signedDuration(context, expected)
            while let operation = parser.durationOperator, operation.precedence >= minimum {
                let operatorRange = parser.current.range
                try parser.countOperator()
                try parser.requireExperimental(at: left.range)
                parser.advance()
                let right = try parser.duration(
                    minimum: operation == .power ? operation.precedence : operation.precedence + 1, context, expected)
                if case .literal(let divisor) = right, divisor.value == 0, operation == .divide || operation == .modulo {
                    throw parser.fault(
                        operation == .divide ? "division by zero" : "modulo by zero", at: operatorRange, expected: "another number than 0")
                }
                left = .arithmetic(operation, left, right)
            }
            return left
        }
    }

    private mutating func signedDuration(_ context: String, _ expected: String) throws(PromQLFault) -> DurationExpression {
        let sign = current
        guard sign.isSymbol(.minus) || sign.isSymbol(.plus) else { return try durationPrimary(context, expected) }
        advance()
        // As in expressions: -2^2 is -(2^2), and -1*3 is (-1)*3.
        return try signed(sign, try duration(minimum: DurationExpression.Operator.signPrecedence + 1, context, expected))
    }

    private func signed(_ sign: Token, _ operand: DurationExpression) throws(PromQLFault) -> DurationExpression {
        let range = sign.range.joined(with: operand.range)
        let isNegative = sign.isSymbol(.minus)
        if case .literal(let literal) = operand {
            return .literal(NumberLiteral(isNegative ? -literal.value : literal.value, isDuration: literal.isDuration, range: range))
        }
        return isNegative ? .negation(operand, range) : operand
    }

    private mutating func durationPrimary(_ context: String, _ expected: String) throws(PromQLFault) -> DurationExpression {
        let token = current
        if let literal = numberLiteral {
            guard abs(literal.value) <= Lexer.longestDurationSeconds else {
                throw fault("duration out of range", at: token.range, expected: "at most 292 years")
            }
            advance()
            return .literal(literal)
        }
        if take(.openParenthesis) {
            let inner = try duration(minimum: 1, context, expected)
            try expect(.closeParenthesis, in: context)
            try requireExperimental(at: inner.range)
            // Nothing can come between the parentheses and a single number.
            if case .literal = inner { return inner }
            return .parentheses(inner, range(from: token.range))
        }
        switch token.kind {
        // Outside of brackets `min` and `max` are read as aggregations.
        case .identifier, .keyword:
            guard DurationExpression.words.contains(token.text.lowercased()) else { throw unexpected(in: context, expected: expected) }
            return try durationCall(context, expected)
        case .metricIdentifier, .number, .duration, .string, .symbol, .end, .fault:
            throw unexpected(in: context, expected: expected)
        }
    }

    private mutating func durationCall(_ context: String, _ expected: String) throws(PromQLFault) -> DurationExpression {
        let name = current
        advance()
        try expect(.openParenthesis, in: context)
        let word = name.text.lowercased()
        let call: DurationExpression
        if word == "step" || word == "range" {
            try expect(.closeParenthesis, in: context)
            let range = range(from: name.range)
            call = word == "step" ? .queryStep(range) : .queryRange(range)
        } else {
            let first = try duration(minimum: 1, context, expected)
            try expect(.comma, in: context)
            let second = try duration(minimum: 1, context, expected)
            try expect(.closeParenthesis, in: context)
            let range = range(from: name.range)
            call = word.hasPrefix("min") ? .smaller(first, second, range) : .larger(first, second, range)
        }
        try requireExperimental(at: name.range)
        return call
    }

    private var durationOperator: DurationExpression.Operator? {
        guard case .symbol(let symbol) = current.kind else { return nil }
        return DurationExpression.Operator(rawValue: symbol.rawValue)
    }

    private func requireExperimental(at range: SourceRange) throws(PromQLFault) {
        guard !allowsExperimental else { return }
        throw fault("experimental duration expression is not enabled", at: range, expected: Self.experimentalFeatures)
    }
}
