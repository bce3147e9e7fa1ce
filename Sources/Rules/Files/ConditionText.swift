import PromQL

/// The text of a condition, cut where its outermost operators stand. The query itself has been parsed: this only finds the places.
struct ConditionText {
    /// `left op right`
    struct Comparison: Hashable {
        let left: String
        let operation: String
        let right: String
        /// `bool`: the comparison yields 0 or 1 instead of choosing.
        let isBoolean: Bool
    }

    let text: String
    /// Words and signs that stand in no parentheses, braces, brackets, texts or comments.
    private let tokens: [Token]

    private struct Token {
        let text: Substring
        let isWord: Bool
    }

    init(_ text: String) {
        self.text = Self.trimmed(Self.withoutComments(text))
        tokens = Self.outerTokens(of: self.text)
    }

    /// The operands, when the condition is joined by one of these words; without the matching behind them. `nil` when it is not.
    func split(at words: [String]) -> [String]? {
        var parts: [String] = []
        var start = text.startIndex
        for token in tokens where token.isWord && words.contains(token.text.lowercased()) {
            parts.append(Self.withoutMatching(text[start..<token.text.startIndex]))
            start = token.text.endIndex
        }
        guard !parts.isEmpty else { return nil }
        return parts + [Self.withoutMatching(text[start...])]
    }

    /// The last of the outermost comparisons, which is done last.
    var comparison: Comparison? {
        guard split(at: ["or", "and", "unless"]) == nil,
            let sign = tokens.last(where: { !$0.isWord && ["==", "!=", "<=", ">=", "<", ">"].contains($0.text) })
        else { return nil }
        let right = text[sign.text.endIndex...]
        let first = Self.outerTokens(of: String(right)).first
        return Comparison(
            left: Self.trimmed(String(text[..<sign.text.startIndex])), operation: String(sign.text), right: Self.withoutMatching(right),
            isBoolean: first?.text.lowercased() == "bool")
    }

    /// What stands in the parentheses around all of it; `nil` when there are none.
    var withoutParentheses: String? {
        guard text.hasPrefix("("), tokens.isEmpty, Self.end(ofGroupIn: text[...]) == text.endIndex else { return nil }
        return Self.trimmed(String(text.dropFirst().dropLast()))
    }

    // MARK: - Private

    private static func trimmed(_ text: String) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    /// Without `bool`, `on (…)`, `ignoring (…)`, `group_left (…)` in front.
    private static func withoutMatching(_ operand: Substring) -> String {
        var rest = Substring(trimmed(String(operand)))
        while true {
            let word = rest.prefix { $0.isLetter || $0 == "_" }.lowercased()
            guard ["bool", "on", "ignoring", "group_left", "group_right"].contains(word) else { return String(rest) }
            rest = rest.dropFirst(word.count).drop(while: \.isWhitespace)
            if word != "bool", rest.first == "(" { rest = rest[end(ofGroupIn: rest)...].drop(while: \.isWhitespace) }
        }
    }

    private static func withoutComments(_ text: String) -> String {
        var result = ""
        var quote: Character?
        var isEscaped = false
        var isComment = false
        for character in text {
            if isComment {
                isComment = !character.isNewline
                if isComment { continue }
            } else if let open = quote {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\" && open != "`" {
                    isEscaped = true
                } else if character == open {
                    quote = nil
                }
            } else if "\"'`".contains(character) {
                quote = character
            } else if character == "#" {
                isComment = true
                continue
            }
            result.append(character)
        }
        return result
    }

    private static func outerTokens(of text: String) -> [Token] {
        var tokens: [Token] = []
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            if "([{\"'`".contains(character) {
                index = end(ofGroupIn: text[index...])
            } else if character.isLetter || character == "_" || character == ":" {
                let word = text[index...].prefix { $0.isLetter || $0.isNumber || "_:.".contains($0) }
                tokens.append(Token(text: word, isWord: true))
                index = word.endIndex
            } else if "=!<>".contains(character) {
                let sign = text[index...].prefix(text[text.index(after: index)...].first == "=" ? 2 : 1)
                tokens.append(Token(text: sign, isWord: false))
                index = sign.endIndex
            } else {
                if !character.isWhitespace {
                    tokens.append(Token(text: text[index...index], isWord: false))
                }
                index = text.index(after: index)
            }
        }
        return tokens
    }

    /// Behind the parenthesis, brace, bracket or quote that closes the one at the start.
    private static func end(ofGroupIn text: Substring) -> Substring.Index {
        var depth = 0
        var quote: Character?
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            let next = text.index(after: index)
            if let open = quote {
                if character == "\\" && open != "`" {
                    index = next < text.endIndex ? text.index(after: next) : next
                    continue
                }
                if character == open {
                    quote = nil
                    if depth == 0 { return next }
                }
            } else if "\"'`".contains(character) {
                quote = character
            } else if "([{".contains(character) {
                depth += 1
            } else if ")]}".contains(character) {
                depth -= 1
                if depth == 0 { return next }
            }
            index = next
        }
        return text.endIndex
    }
}
