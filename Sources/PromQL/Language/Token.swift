/// One word of a query.
struct Token: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case identifier
        case number(Double)
        /// `5m`, `1h30m`.
        case duration(Duration)
        /// Quotes and escapes removed.
        case string
        /// An operator, bracket or separator.
        case symbol
        case end
    }

    let kind: Kind
    let text: String
    let position: SourcePosition

    /// How an error message calls the token.
    var excerpt: String {
        switch kind {
        case .end: "the end of the query"
        case .string: "the string \"\(text)\""
        case .identifier, .number, .duration, .symbol: "\"\(text)\""
        }
    }

    func isSymbol(_ symbol: String) -> Bool {
        kind == .symbol && text == symbol
    }

    /// Keywords are written in any case.
    func isKeyword(_ keyword: String) -> Bool {
        kind == .identifier && text.lowercased() == keyword
    }
}
