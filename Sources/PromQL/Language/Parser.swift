import PostwatchModel

/// Builds the expression of a query by precedence climbing, checking types on the way.
/// Source: Prometheus documentation, "Querying", "Operators" and "Functions".
struct Parser {
    /// Beyond these a query is a mistake or an attack: parsing and evaluation recurse, and the stack must last.
    private static let maximumNesting = 200
    private static let maximumOperators = 1000

    private let tokens: [Token]
    private var index = 0
    private var nesting = 0
    private var operators = 0

    static func parse(_ text: String) throws(PromQLFault) -> Expression {
        var parser = Parser(tokens: try Lexer.tokens(of: text))
        guard parser.current.kind != .end else {
            throw PromQLFault(parser.current.position, found: "an empty query", expected: "an expression")
        }
        let expression = try parser.expression()
        guard parser.current.kind == .end else { throw parser.fault(expected: "an operator or the end of the query") }
        return expression
    }

    // MARK: Operators

    /// An expression whose operators bind at least as tightly as `minimum`.
    mutating func expression(minimum: Int = 1) throws(PromQLFault) -> Expression {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maximumNesting else {
            throw PromQLFault(
                current.position, found: "more than \(Self.maximumNesting) expressions inside each other",
                expected: "a simpler query; recording rules can take parts of it")
        }
        let leftPosition = current.position
        var left = try unary()
        while let operation = binaryOperator, operation.precedence >= minimum {
            let operatorToken = current
            operators += 1
            guard operators <= Self.maximumOperators else {
                throw PromQLFault(
                    current.position, found: "more than \(Self.maximumOperators) operators",
                    expected: "a simpler query; recording rules can take parts of it")
            }
            advance()
            let returnsBool = try boolModifier(of: operation)
            let matching = try self.matching(of: operation)
            let rightPosition = current.position
            // A power groups from the right, all other operators from the left.
            let right = try expression(minimum: operation == .power ? operation.precedence : operation.precedence + 1)
            try requireNumeric(left, at: leftPosition, operand: "left", of: operation)
            try requireNumeric(right, at: rightPosition, operand: "right", of: operation)
            let binary = BinaryOperation(
                operation: operation, left: left, right: right, returnsBool: returnsBool, matching: matching ?? .init())
            try check(binary, hasMatching: matching != nil, at: operatorToken)
            left = .binary(binary)
        }
        return left
    }

    private mutating func unary() throws(PromQLFault) -> Expression {
        guard current.isSymbol("-") || current.isSymbol("+") else { return try postfix() }
        let sign = current
        advance()
        // A sign binds like a product: -2^2 is -(2^2), and -1*3 is (-1)*3.
        let operand = try expression(minimum: BinaryOperation.Operator.power.precedence)
        guard operand.type == .scalar || operand.type == .instantVector else {
            throw PromQLFault(sign.position, found: "a sign before a \(operand.type.rawValue)", expected: "a scalar or an instant vector")
        }
        guard sign.text == "-" else { return operand }
        if case .number(let value) = operand { return .number(-value) }
        return .negation(operand)
    }

    private var binaryOperator: BinaryOperation.Operator? {
        switch current.kind {
        case .symbol: BinaryOperation.Operator(rawValue: current.text)
        case .identifier: BinaryOperation.Operator(rawValue: current.text.lowercased())
        case .number, .duration, .string, .end: nil
        }
    }

    private mutating func boolModifier(of operation: BinaryOperation.Operator) throws(PromQLFault) -> Bool {
        guard current.isKeyword("bool") else { return false }
        guard operation.isComparison else { throw fault(expected: "\"bool\" only behind a comparison") }
        advance()
        return true
    }

    private mutating func matching(of operation: BinaryOperation.Operator) throws(PromQLFault) -> BinaryOperation.Matching? {
        guard current.isKeyword("on") || current.isKeyword("ignoring") else { return nil }
        var matching = BinaryOperation.Matching(isOn: current.isKeyword("on"))
        advance()
        matching.labels = try labelList()
        let side = current
        guard side.isKeyword("group_left") || side.isKeyword("group_right") else { return matching }
        guard !operation.isSetOperator else { throw fault(expected: "no grouping with \"\(operation.rawValue)\"") }
        advance()
        // `group_left (a + b)` would read as a list of labels; Prometheus has the same rule.
        let include = current.isSymbol("(") ? try labelList() : []
        if matching.isOn, let both = include.first(where: matching.labels.contains) {
            throw PromQLFault(side.position, found: "the label \"\(both)\" in both on and \(side.text)", expected: "it in only one of them")
        }
        matching.cardinality = side.isKeyword("group_left") ? .manyToOne(include: include) : .oneToMany(include: include)
        return matching
    }

    private func requireNumeric(
        _ expression: Expression, at position: SourcePosition, operand side: String, of operation: BinaryOperation.Operator
    ) throws(PromQLFault) {
        guard expression.type == .scalar || expression.type == .instantVector else {
            throw PromQLFault(
                position, found: "a \(expression.type.rawValue) as the \(side) operand of \"\(operation.rawValue)\"",
                expected: "a scalar or an instant vector")
        }
    }

    private func check(_ binary: BinaryOperation, hasMatching: Bool, at token: Token) throws(PromQLFault) {
        let hasScalar = binary.left.type == .scalar || binary.right.type == .scalar
        let areScalars = binary.left.type == .scalar && binary.right.type == .scalar
        if binary.operation.isSetOperator && hasScalar {
            throw PromQLFault(token.position, found: "\"\(token.text)\" with a scalar", expected: "instant vectors on both sides")
        }
        if binary.operation.isComparison && areScalars && !binary.returnsBool {
            throw PromQLFault(
                token.position, found: "a comparison of two scalars", expected: "\"bool\" behind \"\(token.text)\"")
        }
        if hasMatching && hasScalar {
            throw PromQLFault(token.position, found: "on or ignoring with a scalar", expected: "instant vectors on both sides")
        }
    }

    // MARK: - Tokens

    private init(tokens: [Token]) {
        self.tokens = tokens
    }

    var current: Token { tokens[index] }

    /// The token after the current one.
    var following: Token { tokens[min(index + 1, tokens.count - 1)] }

    mutating func advance() {
        if index < tokens.count - 1 { index += 1 }
    }

    func fault(expected: String) -> PromQLFault {
        PromQLFault(current.position, found: current.excerpt, expected: expected)
    }

    mutating func expect(_ symbol: String, _ purpose: String? = nil) throws(PromQLFault) {
        guard current.isSymbol(symbol) else { throw fault(expected: purpose ?? "\"\(symbol)\"") }
        advance()
    }

    /// `(a, b, "c.d")`, perhaps empty, perhaps with a comma behind the last.
    mutating func labelList() throws(PromQLFault) -> [String] {
        try expect("(", "\"(\" and a list of labels")
        var labels: [String] = []
        while !current.isSymbol(")") {
            guard current.kind == .identifier || current.kind == .string, !current.text.isEmpty, !current.text.contains(":") else {
                throw fault(expected: "the name of a label")
            }
            labels.append(current.text)
            advance()
            guard current.isSymbol(",") else { break }
            advance()
        }
        try expect(")", "\",\" or \")\" in the list of labels")
        return labels
    }
}
