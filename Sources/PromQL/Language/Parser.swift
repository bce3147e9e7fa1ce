import PostwatchModel

/// Builds the expression of a query by precedence climbing. The types are checked afterwards, so that the first fault in the way a query is
/// written is reported before any fault in what it means.
/// Source: Prometheus documentation, "Querying", "Operators" and "Functions".
struct Parser {
    /// Beyond these a query is a mistake or an attack: parsing and evaluation recurse, and the stack must last.
    private static let maximumNesting = 200
    private static let maximumOperators = 1000

    let bytes: [UInt8]
    let allowsExperimental: Bool
    private let tokens: [Token]
    private var index = 0
    private var nesting = 0
    private var operators = 0

    /// The expression with its types checked.
    static func parse(_ text: String, allowingExperimental: Bool) throws(PromQLFault) -> Expression {
        var parser = Parser(text, allowingExperimental: allowingExperimental)
        guard parser.current.kind != .end else {
            throw parser.fault("no expression found in input", at: parser.current.range, expected: "an expression")
        }
        let expression = try parser.expression()
        guard parser.current.kind == .end else { throw parser.unexpected(expected: "an operator or the end of the query") }
        try TypeCheck(bytes: parser.bytes).check(expression)
        return expression
    }

    /// A selector and nothing else, which may be one that the empty label satisfies.
    static func parseSelector(_ text: String) throws(PromQLFault) -> VectorSelector {
        var parser = Parser(text, allowingExperimental: false)
        let name = try parser.metricName()
        guard name != nil || parser.current.isSymbol(.openBrace) else {
            throw parser.unexpected(expected: "a series selector such as up{job=\"mx\"}")
        }
        let selector = try parser.selector(named: name)
        guard parser.current.kind == .end else { throw parser.unexpected(expected: "the end of the series selector") }
        return selector
    }

    // MARK: - Tokens

    private init(_ text: String, allowingExperimental: Bool) {
        bytes = Array(text.utf8)
        tokens = Lexer.tokens(of: bytes)
        allowsExperimental = allowingExperimental
    }

    var current: Token { tokens[index] }

    /// The token after the current one.
    var following: Token { tokens[min(index + 1, tokens.count - 1)] }

    /// From `start` to the end of the last token that was taken.
    func range(from start: SourceRange) -> SourceRange {
        index > 0 ? start.joined(with: tokens[index - 1].range) : start
    }

    mutating func advance() {
        if index < tokens.count - 1 { index += 1 }
    }

    /// Takes the current token if it is `symbol`.
    mutating func take(_ symbol: Token.Symbol) -> Bool {
        guard current.isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: Token.Symbol, in context: String? = nil, expected: String? = nil) throws(PromQLFault) {
        guard take(symbol) else { throw unexpected(in: context, expected: expected ?? symbol.rawValue.quoted) }
    }

    // MARK: Faults

    func fault(_ message: String, at range: SourceRange, found: String? = nil, expected: String) -> PromQLFault {
        PromQLFault(SourcePosition(offset: range.start, in: bytes), message, found: found, expected: expected)
    }

    /// The current token does not belong here.
    func unexpected(in context: String? = nil, expected: String) -> PromQLFault {
        if case .fault(let reason) = current.kind { return fault(reason, at: current.range, expected: expected) }
        let place = context.map { " in \($0)" } ?? ""
        return fault(
            "unexpected \(current.excerpt)\(place), expected \(expected)", at: current.range,
            found: "unexpected \(current.excerpt)\(place)",
            expected: expected)
    }

    // MARK: Limits

    /// Reads what stands inside something else, unless that goes too deep.
    mutating func nested<Node>(_ read: (inout Parser) throws(PromQLFault) -> Node) throws(PromQLFault) -> Node {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maximumNesting else { throw tooMuch("more than \(Self.maximumNesting) expressions inside each other") }
        return try read(&self)
    }

    /// Counts one more operator.
    mutating func countOperator() throws(PromQLFault) {
        operators += 1
        guard operators <= Self.maximumOperators else { throw tooMuch("more than \(Self.maximumOperators) operators") }
    }

    private func tooMuch(_ reason: String) -> PromQLFault {
        fault(reason, at: current.range, expected: "a simpler query; recording rules can take parts of it")
    }
}
