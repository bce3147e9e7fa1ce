import PostwatchModel

/// Literals, parentheses, aggregations and calls.
extension Parser {
    mutating func primary() throws(PromQLFault) -> Expression {
        let token = current
        switch token.kind {
        case .number(let value):
            advance()
            return .number(value)
        case .duration(let duration):
            advance()
            return .number(duration.seconds)
        case .string:
            advance()
            return .string(token.text)
        case .symbol where token.text == "(":
            advance()
            let inner = try expression()
            try expect(")", "an operator or \")\"")
            return .parentheses(inner)
        case .symbol where token.text == "{":
            return .vectorSelector(try selector(named: nil))
        case .identifier:
            return try named(token)
        case .symbol, .end:
            throw fault(expected: "an expression")
        }
    }

    // MARK: - Private

    private mutating func named(_ token: Token) throws(PromQLFault) -> Expression {
        let lowercased = token.text.lowercased()
        if let operation = Aggregation.Operator(rawValue: lowercased),
            following.isSymbol("(") || following.isKeyword("by") || following.isKeyword("without")
        {
            return try aggregation(operation)
        }
        if following.isSymbol("(") { return try call() }
        advance()
        if lowercased == "inf" && !current.isSymbol("{") { return .number(.infinity) }
        if lowercased == "nan" && !current.isSymbol("{") { return .number(.nan) }
        return .vectorSelector(try selector(named: token))
    }

    private mutating func aggregation(_ operation: Aggregation.Operator) throws(PromQLFault) -> Expression {
        advance()
        var grouping = try self.grouping()
        let open = current
        let (arguments, positions) = try self.arguments()
        if grouping == nil { grouping = try self.grouping() }
        let wanted = operation.parameterType == nil ? 1 : 2
        guard arguments.count == wanted else {
            throw PromQLFault(
                open.position, found: "\(arguments.count) arguments for \(operation.rawValue)", expected: "\(wanted)")
        }
        if let parameterType = operation.parameterType {
            try require(arguments[0], is: parameterType, at: positions[0], of: operation.rawValue)
        }
        try require(arguments[wanted - 1], is: .instantVector, at: positions[wanted - 1], of: operation.rawValue)
        return .aggregation(
            Aggregation(
                operation: operation, grouping: grouping ?? .by([]), parameter: wanted == 2 ? arguments[0] : nil,
                operand: arguments[wanted - 1]))
    }

    private mutating func grouping() throws(PromQLFault) -> Aggregation.Grouping? {
        if current.isKeyword("by") {
            advance()
            return .by(try labelList())
        }
        if current.isKeyword("without") {
            advance()
            return .without(try labelList())
        }
        return nil
    }

    private mutating func call() throws(PromQLFault) -> Expression {
        let name = current
        guard let function = Function.named(name.text) else {
            throw PromQLFault(name.position, found: "the unknown function \"\(name.text)\"", expected: "a function of PromQL")
        }
        advance()
        let (arguments, positions) = try self.arguments()
        guard function.allowsArguments(count: arguments.count) else {
            throw PromQLFault(
                name.position, found: "\(arguments.count) arguments for \(function.name)", expected: function.argumentCountText)
        }
        for (index, argument) in arguments.enumerated() {
            try require(argument, is: function.parameterType(at: index), at: positions[index], of: function.name)
        }
        return .call(FunctionCall(function: function, arguments: arguments, position: name.position))
    }

    private mutating func arguments() throws(PromQLFault) -> ([Expression], [SourcePosition]) {
        try expect("(", "\"(\" and the arguments")
        var arguments: [Expression] = []
        var positions: [SourcePosition] = []
        if !current.isSymbol(")") {
            while true {
                positions.append(current.position)
                arguments.append(try expression())
                guard current.isSymbol(",") else { break }
                advance()
            }
        }
        try expect(")", "an operator, \",\" or \")\"")
        return (arguments, positions)
    }

    private func require(
        _ expression: Expression, is type: ValueType, at position: SourcePosition, of name: String
    ) throws(PromQLFault) {
        guard expression.type == type else {
            throw PromQLFault(
                position, found: "\(expression.type.article) as an argument of \(name)", expected: type.article)
        }
    }
}

extension ValueType {
    fileprivate var article: String { self == .instantVector ? "an \(rawValue)" : "a \(rawValue)" }
}
