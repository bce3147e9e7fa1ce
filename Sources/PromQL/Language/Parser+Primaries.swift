/// Literals, parentheses, aggregations and calls.
extension Parser {
    /// What switches experimental features on.
    static let experimentalFeatures = "experimental features to be on (promql: {experimental: true})"

    mutating func primary() throws(PromQLFault) -> Expression {
        let token = current
        switch token.kind {
        case .number, .duration:
            guard let literal = numberLiteral else { preconditionFailure("a number is a number") }
            advance()
            return .number(literal)
        case .string(let text):
            advance()
            return .string(StringLiteral(text: text, range: token.range))
        case .symbol(.openParenthesis):
            advance()
            let inner = try expression()
            try expect(.closeParenthesis, expected: "an operator or \")\"")
            return .parentheses(Parentheses(inner: inner, range: range(from: token.range)))
        case .symbol(.openBrace):
            return .vectorSelector(try selector(named: nil))
        case .identifier where following.isSymbol(.openParenthesis):
            return try call()
        case .keyword(let keyword):
            if let operation = Aggregation.Operator(rawValue: keyword.rawValue),
                following.isSymbol(.openParenthesis) || following.isKeyword(.by) || following.isKeyword(.without)
            {
                return try aggregation(operation)
            }
        case .identifier, .metricIdentifier, .symbol, .end, .fault: break
        }
        guard let name = try metricName() else { throw unexpected(expected: "an expression") }
        return .vectorSelector(try selector(named: name))
    }

    /// The current token as a literal, if it is a number or a duration. Since Prometheus 3 they stand for each other.
    var numberLiteral: NumberLiteral? {
        switch current.kind {
        case .number(let value): NumberLiteral(value, range: current.range)
        case .duration(let seconds): NumberLiteral(seconds, isDuration: true, range: current.range)
        case .identifier, .metricIdentifier, .keyword, .string, .symbol, .end, .fault: nil
        }
    }

    /// `(a, b, "c.d")`, perhaps empty, perhaps with a comma behind the last.
    mutating func labelList() throws(PromQLFault) -> [String] {
        let context = "grouping opts"
        try expect(.openParenthesis, in: context)
        var labels: [String] = []
        while !current.isSymbol(.closeParenthesis) {
            switch current.kind {
            case .identifier, .keyword: labels.append(current.text)
            case .string(let name):
                guard !name.isEmpty, !name.unicodeScalars.contains("\u{FFFD}") else {
                    throw fault("invalid label name for grouping: \(name.quoted)", at: current.range, expected: "label")
                }
                labels.append(name)
            case .metricIdentifier, .number, .duration, .symbol, .end, .fault: throw unexpected(in: context, expected: "label")
            }
            advance()
            guard take(.comma) else { break }
        }
        try expect(.closeParenthesis, in: context, expected: "\",\" or \")\"")
        return labels
    }

    // MARK: - Private

    private mutating func aggregation(_ operation: Aggregation.Operator) throws(PromQLFault) -> Expression {
        let start = current.range
        advance()
        var grouping = try self.grouping()
        guard current.isSymbol(.openParenthesis) else { throw unexpected(in: "aggregation", expected: "\"(\"") }
        let arguments = try self.arguments()
        if grouping == nil { grouping = try self.grouping() }
        let range = range(from: start)
        guard !arguments.isEmpty else {
            throw fault("no arguments for aggregate expression provided", at: range, expected: "an instant vector")
        }
        guard allowsExperimental || !operation.isExperimental else {
            throw fault(
                "\(operation.rawValue)() is experimental and must be enabled with promql: {experimental: true}", at: range,
                expected: Self.experimentalFeatures)
        }
        let wanted = operation.parameterType == nil ? 1 : 2
        guard arguments.count == wanted else {
            throw fault(
                "wrong number of arguments for aggregate expression provided, expected \(wanted), got \(arguments.count)", at: range,
                found: "\(arguments.count) arguments for \(operation.rawValue)", expected: "\(wanted)")
        }
        return .aggregation(
            Aggregation(
                operation: operation, grouping: grouping ?? .by([]), parameter: wanted == 2 ? arguments[0] : nil,
                operand: arguments[wanted - 1], range: range))
    }

    private mutating func grouping() throws(PromQLFault) -> Aggregation.Grouping? {
        let isBy = current.isKeyword(.by)
        guard isBy || current.isKeyword(.without) else { return nil }
        advance()
        let labels = try labelList()
        return isBy ? .by(labels) : .without(labels)
    }

    private mutating func call() throws(PromQLFault) -> Expression {
        let name = current
        advance()
        let arguments = try self.arguments()
        guard let signature = FunctionSignature.named(name.text) else {
            throw fault("unknown function with name \(name.text.quoted)", at: name.range, expected: "a function of PromQL")
        }
        guard allowsExperimental || !signature.isExperimental else {
            throw fault("function \(name.text.quoted) is not enabled", at: name.range, expected: Self.experimentalFeatures)
        }
        return .call(FunctionCall(signature: signature, arguments: arguments, range: range(from: name.range)))
    }

    private mutating func arguments() throws(PromQLFault) -> [Expression] {
        try expect(.openParenthesis)
        if take(.closeParenthesis) { return [] }
        var arguments = [try expression()]
        while current.isSymbol(.comma) {
            let comma = current
            advance()
            guard !current.isSymbol(.closeParenthesis) else {
                throw fault("trailing commas not allowed in function call args", at: comma.range, expected: "no comma behind the last")
            }
            arguments.append(try expression())
        }
        try expect(.closeParenthesis, expected: "an operator, \",\" or \")\"")
        return arguments
    }
}
