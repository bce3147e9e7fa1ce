/// Operators with their modifiers, and signs.
extension Parser {
    /// An expression whose operators bind at least as tightly as `minimum`.
    mutating func expression(minimum: Int = 1) throws(PromQLFault) -> Expression {
        try nested { (parser) throws(PromQLFault) in try parser.operations(minimum) }
    }

    // MARK: - Private

    private mutating func operations(_ minimum: Int) throws(PromQLFault) -> Expression {
        var left = try signed()
        while let operation = binaryOperator, operation.precedence >= minimum {
            try countOperator()
            let operatorRange = current.range
            advance()
            let returnsBool = current.isKeyword(.bool)
            if returnsBool { advance() }
            let matching = try self.matching()
            // A power groups from the right, all other operators from the left.
            let right = try expression(minimum: operation == .power ? operation.precedence : operation.precedence + 1)
            // Between scalars nothing is matched. What would be a mistake is left for the check of types.
            let isMeant = left.type == .instantVector && right.type == .instantVector
            let keepsMatching = isMeant || !matching.labels.isEmpty || matching.fill != VectorMatching.Fill()
            left = .binary(
                BinaryOperation(
                    operation: operation, operatorRange: operatorRange, left: left, right: right, returnsBool: returnsBool,
                    matching: keepsMatching ? matching : VectorMatching()))
        }
        return left
    }

    private mutating func signed() throws(PromQLFault) -> Expression {
        let sign = current
        let isNegative = sign.isSymbol(.minus)
        guard isNegative || sign.isSymbol(.plus) else { return try postfix() }
        advance()
        // A sign binds like a product: -2^2 is -(2^2), and -1*3 is (-1)*3.
        let operand = try expression(minimum: BinaryOperation.Operator.power.precedence)
        let range = sign.range.joined(with: operand.range)
        if case .number(let literal) = operand {
            return .number(NumberLiteral(isNegative ? -literal.value : literal.value, isDuration: literal.isDuration, range: range))
        }
        return .unary(UnaryOperation(isNegative: isNegative, operand: operand, range: range))
    }

    private var binaryOperator: BinaryOperation.Operator? {
        switch current.kind {
        case .symbol(let symbol): BinaryOperation.Operator(rawValue: symbol.rawValue)
        case .keyword(let keyword): BinaryOperation.Operator(rawValue: keyword.rawValue)
        case .identifier, .metricIdentifier, .number, .duration, .string, .end, .fault: nil
        }
    }

    /// `on(…) group_left(…) fill(…)`, all of which may be missing.
    private mutating func matching() throws(PromQLFault) -> VectorMatching {
        var matching = VectorMatching()
        if current.isKeyword(.on) || current.isKeyword(.ignoring) {
            matching.isOn = current.isKeyword(.on)
            advance()
            matching.labels = try labelList()
            if current.isKeyword(.groupLeft) || current.isKeyword(.groupRight) {
                let isLeft = current.isKeyword(.groupLeft)
                advance()
                // `group_left (a + b)` would read as a list of labels; Prometheus has the same rule.
                let include = current.isSymbol(.openParenthesis) ? try labelList() : []
                matching.cardinality = isLeft ? .manyToOne(include: include) : .oneToMany(include: include)
            }
        }
        matching.fill = try fill()
        return matching
    }

    private mutating func fill() throws(PromQLFault) -> VectorMatching.Fill {
        var fill = VectorMatching.Fill()
        let start = current.range
        if current.isKeyword(.fill) {
            advance()
            let value = try fillValue()
            fill = VectorMatching.Fill(left: value, right: value)
        } else {
            while true {
                if current.isKeyword(.fillLeft), fill.left == nil {
                    advance()
                    fill.left = try fillValue()
                } else if current.isKeyword(.fillRight), fill.right == nil {
                    advance()
                    fill.right = try fillValue()
                } else {
                    break
                }
            }
        }
        guard allowsExperimental || fill == VectorMatching.Fill() else {
            throw fault("binop fill modifiers are experimental and not enabled", at: start, expected: Self.experimentalFeatures)
        }
        return fill
    }

    /// `(0)`
    private mutating func fillValue() throws(PromQLFault) -> NumberLiteral {
        try expect(.openParenthesis)
        let start = current.range
        let isNegative = current.isSymbol(.minus)
        if isNegative || current.isSymbol(.plus) { advance() }
        guard let literal = numberLiteral else { throw unexpected(in: "fill modifier", expected: "number") }
        advance()
        try expect(.closeParenthesis)
        return NumberLiteral(
            isNegative ? -literal.value : literal.value, isDuration: literal.isDuration, range: start.joined(with: literal.range))
    }
}
