/// One word of a query.
struct Token: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case identifier
        /// A name with a colon: only metrics have such.
        case metricIdentifier
        case keyword(Keyword)
        case number(Double)
        /// `5m`, `1h30m`: in seconds.
        case duration(Double)
        /// Quotes and escapes removed.
        case string(String)
        case symbol(Symbol)
        case end
        /// Not a word of the language, and why. The last token.
        case fault(String)
    }

    enum Symbol: String, Hashable, Sendable, CaseIterable {
        case openParenthesis = "("
        case closeParenthesis = ")"
        case openBrace = "{"
        case closeBrace = "}"
        case openBracket = "["
        case closeBracket = "]"
        case comma = ","
        case colon = ":"
        case assign = "="
        case matches = "=~"
        case doesNotMatch = "!~"
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case trimUpper = "</"
        case trimLower = ">/"
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divided = "/"
        case modulo = "%"
        case power = "^"
        case at = "@"

        fileprivate var isOperator: Bool {
            switch self {
            case .openParenthesis, .closeParenthesis, .openBrace, .closeBrace, .openBracket, .closeBracket, .comma, .colon, .assign: false
            case .matches, .doesNotMatch, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .trimUpper, .trimLower, .plus,
                .minus, .times, .divided, .modulo, .power, .at:
                true
            }
        }
    }

    let kind: Kind
    /// As it was written.
    let text: String
    let range: SourceRange

    /// How an error message calls the token, in Prometheus' way.
    var excerpt: String {
        switch kind {
        case .identifier: "identifier \(text.quoted)"
        case .metricIdentifier: "metric identifier \(text.quoted)"
        case .keyword(let keyword): keyword.excerpt
        case .number: "number \(shortText)"
        case .duration: "duration \(shortText)"
        case .string: "string \(shortText)"
        case .symbol(let symbol): symbol.isOperator ? "<op:\(symbol.rawValue)>" : text.quoted
        case .end: "end of input"
        case .fault(let reason): reason
        }
    }

    func isSymbol(_ symbol: Symbol) -> Bool { kind == .symbol(symbol) }

    func isKeyword(_ keyword: Keyword) -> Bool { kind == .keyword(keyword) }

    /// The text in quotes; of a long one only the beginning.
    private var shortText: String {
        text.unicodeScalars.count > 10 ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(10))).quoted + "..." : text.quoted
    }
}
