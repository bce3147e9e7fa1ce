/// Cuts the text of a query into tokens. What is wrong becomes the last token, since the parser may find an earlier fault.
struct Lexer {
    let bytes: [UInt8]
    var index = 0
    private var tokens: [Token] = []
    private var parenthesisDepth = 0
    private var isInsideBraces = false
    /// Inside `[…]` a colon separates range and step; elsewhere it belongs to the name of a metric.
    private var isInsideBrackets = false
    private var hasDuration = false
    private var hasColon = false

    /// All tokens of `bytes`, the last being `.end` or `.fault`.
    static func tokens(of bytes: [UInt8]) -> [Token] {
        var lexer = Lexer(bytes: bytes)
        while !lexer.isFinished { lexer.next() }
        return lexer.tokens
    }

    // MARK: - Tokens

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var isFinished: Bool {
        switch tokens.last?.kind {
        case .end, .fault: true
        default: false
        }
    }

    func peek(_ distance: Int = 0) -> UInt8? {
        index + distance < bytes.count ? bytes[index + distance] : nil
    }

    mutating func skip(while isIncluded: (UInt8) -> Bool) {
        while let byte = peek(), isIncluded(byte) { index += 1 }
    }

    func text(from start: Int) -> String {
        String(decoding: bytes[start..<index], as: UTF8.self)
    }

    mutating func emit(_ kind: Token.Kind, from start: Int) {
        tokens.append(Token(kind: kind, text: text(from: start), range: SourceRange(start, index)))
    }

    mutating func fail(_ reason: String, at start: Int) {
        tokens.append(Token(kind: .fault(reason), text: "", range: SourceRange(start, bytes.count)))
    }

    private mutating func next() {
        skipSpaceAndComments()
        let start = index
        guard let byte = peek() else { return end() }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`") { return string() }
        if byte.isLetter { return word() }
        if isInsideBraces { return symbol() }
        if byte.isDigit || (byte == UInt8(ascii: ".") && peek(1)?.isDigit == true) {
            hasDuration = true
            return number(from: start)
        }
        if byte == UInt8(ascii: ":") { return isInsideBrackets ? colon() : word() }
        symbol()
    }

    private mutating func skipSpaceAndComments() {
        while let byte = peek() {
            if byte == UInt8(ascii: "#") {
                skip { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
            } else if byte.isSpace {
                index += 1
            } else {
                return
            }
        }
    }

    private mutating func end() {
        if isInsideBraces {
            fail("unexpected end of input inside braces", at: index)
        } else if isInsideBrackets && !hasDuration {
            fail("unexpected end of input in duration expression", at: index)
        } else if parenthesisDepth > 0 {
            fail("unclosed left parenthesis", at: index)
        } else if isInsideBrackets {
            fail("unclosed left bracket", at: index)
        } else {
            emit(.end, from: index)
        }
    }

    private mutating func string() {
        let start = index
        var quotedText = QuotedText(bytes: bytes, openingQuoteAt: index)
        do {
            let decoded = try quotedText.decode()
            index = quotedText.index
            emit(.string(decoded), from: start)
        } catch {
            fail(error.reason, at: start)
        }
    }

    // MARK: Words

    private mutating func word() {
        let start = index
        let allowsColon = !isInsideBraces && !isInsideBrackets
        skip { $0.isLetter || $0.isDigit || (allowsColon && $0 == UInt8(ascii: ":")) }
        let word = text(from: start)
        if isInsideBraces { return emit(.identifier, from: start) }
        if isInsideBrackets {
            guard DurationExpression.words.contains(word.lowercased()) else { return unexpectedCharacter(at: start) }
            hasDuration = true
            return emit(.identifier, from: start)
        }
        switch word.lowercased() {
        case "inf": emit(.number(.infinity), from: start)
        case "nan": emit(.number(.nan), from: start)
        case let lowercased:
            if let keyword = Keyword(rawValue: lowercased), !keyword.needsParenthesis || isFollowedByParenthesis {
                emit(.keyword(keyword), from: start)
            } else {
                emit(word.contains(":") ? .metricIdentifier : .identifier, from: start)
            }
        }
    }

    private var isFollowedByParenthesis: Bool {
        bytes[index...].first { !$0.isSpace } == UInt8(ascii: "(")
    }

    // MARK: Symbols

    private mutating func colon() {
        let start = index
        guard hasDuration else { return fail("unexpected colon before duration in duration expression", at: start) }
        guard !hasColon else { return fail("unexpected colon ':'", at: start) }
        hasColon = true
        index += 1
        emit(.symbol(.colon), from: start)
    }

    private mutating func symbol() {
        let start = index
        guard let symbol = Self.symbol(bytes[start], peek(1)), isAllowed(symbol) else { return unexpectedCharacter(at: start) }
        index += symbol.rawValue.utf8.count
        switch symbol {
        case .openParenthesis: parenthesisDepth += 1
        case .closeParenthesis:
            parenthesisDepth -= 1
            guard parenthesisDepth >= 0 else { return fail("unexpected right parenthesis ')'", at: start) }
        case .openBrace: isInsideBraces = true
        case .closeBrace: isInsideBraces = false
        case .openBracket:
            guard !isInsideBrackets else { return fail("unexpected left bracket '['", at: start) }
            (isInsideBrackets, hasDuration, hasColon) = (true, false, false)
        case .closeBracket:
            guard isInsideBrackets else { return fail("unexpected right bracket ']'", at: start) }
            isInsideBrackets = false
        default: break
        }
        emit(.symbol(symbol), from: start)
    }

    /// Of two readings the longer one.
    private static func symbol(_ first: UInt8, _ second: UInt8?) -> Token.Symbol? {
        if let second, first < 0x80, second < 0x80,
            let pair = Token.Symbol(rawValue: String(decoding: [first, second], as: UTF8.self))
        {
            return pair
        }
        return Token.Symbol(rawValue: String(decoding: [first], as: UTF8.self))
    }

    private func isAllowed(_ symbol: Token.Symbol) -> Bool {
        switch symbol {
        case .matches, .doesNotMatch, .closeBrace: isInsideBraces
        case .assign, .notEqual, .comma: true
        default: !isInsideBraces
        }
    }

    private mutating func unexpectedCharacter(at start: Int) {
        // A character may take several bytes: name the whole of it in the message.
        let scalars = String(decoding: bytes[start..<min(start + 5, bytes.count)], as: UTF8.self).unicodeScalars
        guard let scalar = scalars.first else { return fail("unexpected end of input", at: start) }
        if scalar == "=" || scalar == "!" {
            let following = scalars.dropFirst().first.map { $0.quoted } ?? "end of input"
            return fail("unexpected character after '\(scalar)'\(isInsideBraces ? " inside braces" : ""): \(following)", at: start)
        }
        if isInsideBraces {
            fail(scalar == "{" ? "unexpected left brace '{'" : "unexpected character inside braces: \(scalar.quoted)", at: start)
        } else if isInsideBrackets {
            fail(
                hasDuration
                    ? "unexpected character: \(scalar.quoted), expected ':'"
                    : "unexpected character in duration expression: \(scalar.quoted)",
                at: start)
        } else {
            fail("unexpected character: \(scalar.quoted)", at: start)
        }
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// ASCII letters and the underscore.
    var isLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
            || self == UInt8(ascii: "_")
    }

    var isHexadecimalDigit: Bool {
        isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(self)
    }

    fileprivate var isSpace: Bool {
        self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\r") || self == UInt8(ascii: "\n")
    }
}
