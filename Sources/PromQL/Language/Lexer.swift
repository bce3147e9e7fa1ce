import PostwatchModel

/// Cuts the text of a query into tokens.
struct Lexer {
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var lineStart = 0
    /// Inside `[…]` a colon separates range and step; elsewhere it belongs to the name of a metric.
    private var isInsideBrackets = false
    private var isInsideBraces = false

    /// All tokens of `text`, the last being `.end`.
    static func tokens(of text: String) throws(PromQLFault) -> [Token] {
        var lexer = Lexer(bytes: Array(text.utf8))
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    // MARK: - Private

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var position: SourcePosition { SourcePosition(line: line, column: index - lineStart + 1) }

    private func peek(_ distance: Int = 0) -> UInt8? {
        index + distance < bytes.count ? bytes[index + distance] : nil
    }

    private mutating func next() throws(PromQLFault) -> Token {
        skipSpaceAndComments()
        let start = position
        guard let byte = peek() else { return Token(kind: .end, text: "", position: start) }
        if byte.isDigit || (byte == UInt8(ascii: ".") && peek(1)?.isDigit == true) { return try number(at: start) }
        if byte.isLetter || (byte == UInt8(ascii: ":") && !isInsideBrackets) { return identifier(at: start) }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`") {
            var literal = StringLiteral(bytes: bytes, openingQuoteAt: index)
            let text = try literal.decode(at: start)
            advance(over: literal.index - index)
            return Token(kind: .string, text: text, position: start)
        }
        return try symbol(at: start)
    }

    private mutating func skipSpaceAndComments() {
        while let byte = peek() {
            if byte == UInt8(ascii: "#") {
                while let inComment = peek(), inComment != UInt8(ascii: "\n") { index += 1 }
            } else if [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n")].contains(byte) {
                advance(over: 1)
            } else {
                return
            }
        }
    }

    private mutating func advance(over count: Int) {
        for _ in 0..<count {
            if bytes[index] == UInt8(ascii: "\n") {
                line += 1
                lineStart = index + 1
            }
            index += 1
        }
    }

    private mutating func identifier(at start: SourcePosition) -> Token {
        let first = index
        while let byte = peek(), byte.isLetter || byte.isDigit || (byte == UInt8(ascii: ":") && !isInsideBraces && !isInsideBrackets) {
            index += 1
        }
        return Token(kind: .identifier, text: String(decoding: bytes[first..<index], as: UTF8.self), position: start)
    }

    // MARK: Numbers

    /// `12`, `1_000`, `.5`, `1e-3`, `0x1F`, `5m`, `1h30m`.
    private mutating func number(at start: SourcePosition) throws(PromQLFault) -> Token {
        let first = index
        if peek() == UInt8(ascii: "0"), let marker = peek(1), marker == UInt8(ascii: "x") || marker == UInt8(ascii: "X") {
            index += 2
            skip { $0.isHexadecimalDigit || $0 == UInt8(ascii: "_") }
        } else {
            skip { $0.isDigit || $0 == UInt8(ascii: "_") }
            if let byte = peek(), byte.isLetter, !isExponent { return try duration(from: first, at: start) }
            if peek() == UInt8(ascii: ".") {
                index += 1
                skip { $0.isDigit || $0 == UInt8(ascii: "_") }
            }
            if isExponent {
                index += 2
                skip(while: \.isDigit)
            }
        }
        let hasTail = peek().map { $0.isLetter || $0.isDigit } ?? false
        if hasTail { skip { $0.isLetter || $0.isDigit } }
        let text = String(decoding: bytes[first..<index], as: UTF8.self)
        guard !hasTail, let value = Self.value(of: text.filter { $0 != "_" }) else {
            throw PromQLFault(start, found: "\"\(text)\"", expected: "a number or a duration such as 5m")
        }
        return Token(kind: .number(value), text: text, position: start)
    }

    private var isExponent: Bool {
        guard let byte = peek(), byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E"), let next = peek(1) else { return false }
        if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { return peek(2)?.isDigit ?? false }
        return next.isDigit
    }

    private static func value(of text: String) -> Double? {
        let lowercased = text.lowercased()
        if lowercased.hasPrefix("0x") { return UInt64(lowercased.dropFirst(2), radix: 16).map { Double($0) } }
        // Go reads "2." and ".5"; Swift wants digits on both sides of the point.
        let parts = lowercased.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var mantissa = parts[0]
        if mantissa.hasPrefix(".") { mantissa = "0" + mantissa }
        if mantissa.hasSuffix(".") { mantissa += "0" }
        return Double(parts.count == 2 ? "\(mantissa)e\(parts[1])" : mantissa)
    }

    private mutating func duration(from first: Int, at start: SourcePosition) throws(PromQLFault) -> Token {
        skip { $0.isLetter || $0.isDigit }
        let text = String(decoding: bytes[first..<index], as: UTF8.self)
        guard let duration = Duration(prometheus: text) else {
            throw PromQLFault(start, found: "\"\(text)\"", expected: "a number or a duration such as 5m or 1h30m")
        }
        return Token(kind: .duration(duration), text: text, position: start)
    }

    private mutating func skip(while isIncluded: (UInt8) -> Bool) {
        while let byte = peek(), isIncluded(byte) { index += 1 }
    }

    // MARK: Symbols

    private mutating func symbol(at start: SourcePosition) throws(PromQLFault) -> Token {
        let rest = bytes[index..<min(index + 2, bytes.count)]
        let pair = String(decoding: rest, as: UTF8.self)
        if ["==", "!=", "=~", "!~", ">=", "<="].contains(pair) {
            index += 2
            return Token(kind: .symbol, text: pair, position: start)
        }
        // A character may take several bytes: name the whole of it in the message.
        let character = String(decoding: bytes[index...].prefix(8), as: UTF8.self).prefix(1)
        guard "(){}[],:=<>+-*/%^@".contains(character) else {
            throw PromQLFault(start, found: "the character \"\(character)\"", expected: "a name, a number, a string or an operator")
        }
        switch character {
        case "[": isInsideBrackets = true
        case "]": isInsideBrackets = false
        case "{": isInsideBraces = true
        case "}": isInsideBraces = false
        default: break
        }
        index += 1
        return Token(kind: .symbol, text: String(character), position: start)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// ASCII letters and the underscore.
    fileprivate var isLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
            || self == UInt8(ascii: "_")
    }

    fileprivate var isHexadecimalDigit: Bool {
        isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(self)
    }
}
