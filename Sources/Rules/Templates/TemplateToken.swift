/// One word inside `{{ }}`.
enum TemplateToken: Hashable, Sendable {
    /// A keyword, a function or a constant.
    case word(String)
    /// `$`, `$x`, with the names behind its dots.
    case variable(String, fields: [String])
    /// `.`, `.Labels.x`
    case dot(fields: [String])
    /// `.x` right behind a closing parenthesis.
    case chain(fields: [String])
    case text(String)
    case number(Double)
    case integer(Int)
    case pipe, open, close, comma
    /// `:=`
    case declare
    /// `=`
    case assign

    static func tokens(of action: String) throws(TemplateFault) -> [TemplateToken] {
        var tokens: [TemplateToken] = []
        var rest = Substring(action)
        var isBehindParenthesis = false
        while let first = rest.first {
            defer { isBehindParenthesis = first == ")" }
            switch first {
            case " ", "\t", "\n", "\r", "\r\n": rest.removeFirst()
            case "|": tokens.append(take(&rest, .pipe))
            case "(": tokens.append(take(&rest, .open))
            case ")": tokens.append(take(&rest, .close))
            case ",": tokens.append(take(&rest, .comma))
            case "=": tokens.append(take(&rest, .assign))
            case "\"", "`": tokens.append(.text(try GoStringLiteral.read(&rest)))
            case "'": tokens.append(.integer(try GoStringLiteral.readCharacter(&rest)))
            case ":" where rest.dropFirst().first == "=":
                rest.removeFirst()
                tokens.append(take(&rest, .declare))
            default:
                let word = rest.prefix { !" \t\r\n|()\"`,=:'".contains($0) }
                guard !word.isEmpty else { throw TemplateFault(found: "\"\(first)\"", expected: "a function, a value or \"|\"") }
                tokens.append(try token(String(word), isBehindParenthesis: isBehindParenthesis))
                rest = rest.dropFirst(word.count)
            }
        }
        return tokens
    }

    // MARK: - Private

    private static func take(_ rest: inout Substring, _ token: TemplateToken) -> TemplateToken {
        rest.removeFirst()
        return token
    }

    private static func token(_ word: String, isBehindParenthesis: Bool) throws(TemplateFault) -> TemplateToken {
        if word == "." { return .dot(fields: []) }
        if word.first?.isNumber == true || "+-".contains(word.prefix(1))
            || (word.hasPrefix(".") && word.dropFirst().first?.isNumber == true)
        {
            return try number(word)
        }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let fields = Array(parts.dropFirst())
        for field in fields where !isName(field) {
            throw TemplateFault(found: "a dot without a name in \"\(word)\"", expected: "a name such as a label's behind the dot")
        }
        if word.hasPrefix(".") { return isBehindParenthesis ? .chain(fields: fields) : .dot(fields: fields) }
        if word.hasPrefix("$") {
            guard parts[0] == "$" || isName(String(parts[0].dropFirst())) else { throw unknown(word) }
            return .variable(parts[0], fields: fields)
        }
        guard fields.isEmpty, isName(word) else { throw unknown(word) }
        return .word(word)
    }

    private static func number(_ word: String) throws(TemplateFault) -> TemplateToken {
        let plain = word.filter { $0 != "_" }
        let unsigned = plain.drop { "+-".contains($0) }.lowercased()
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where unsigned.hasPrefix(prefix) {
            guard let magnitude = Int(unsigned.dropFirst(2), radix: radix) else { break }
            return .integer(plain.hasPrefix("-") ? -magnitude : magnitude)
        }
        if let integer = Int(plain) { return .integer(integer) }
        guard let number = Double(plain) else { throw unknown(word) }
        return .number(number)
    }

    private static func unknown(_ word: String) -> TemplateFault {
        TemplateFault(found: "\"\(word)\"", expected: "a function, a variable such as $labels.instance, a number or a text in quotes")
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.first, !first.isNumber else { return false }
        return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
}
