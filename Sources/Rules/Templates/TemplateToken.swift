/// One word inside `{{ }}`.
enum TemplateToken: Hashable, Sendable {
    /// A keyword, a function or a constant.
    case word(String)
    /// `$labels.x`, `.Labels.x`: the parts between the dots; a leading dot gives an empty first part.
    case path([String])
    case text(String)
    case number(Double)
    case pipe
    case open
    case close

    static func tokens(of action: String) throws(TemplateFault) -> [TemplateToken] {
        var tokens: [TemplateToken] = []
        var rest = Substring(action)
        while let first = rest.first {
            switch first {
            case " ", "\t", "\n", "\r": rest = rest.dropFirst()
            case "|", "(", ")":
                tokens.append(first == "|" ? .pipe : first == "(" ? .open : .close)
                rest = rest.dropFirst()
            case "\"", "`": tokens.append(.text(try quoted(&rest)))
            default:
                let word = rest.prefix { !" \t\n\r|()\"`".contains($0) }
                tokens.append(try token(String(word)))
                rest = rest.dropFirst(word.count)
            }
        }
        return tokens
    }

    // MARK: - Private

    private static func token(_ word: String) throws(TemplateFault) -> TemplateToken {
        if let number = Double(word) { return .number(number) }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if word.hasPrefix("$") || word.hasPrefix(".") { return .path(parts) }
        guard parts.count == 1, word.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else {
            throw TemplateFault(
                found: "\"\(word)\"", expected: "a function, a variable such as $labels.instance, a number or a text in quotes")
        }
        return .word(word)
    }

    private static func quoted(_ rest: inout Substring) throws(TemplateFault) -> String {
        let quote = rest.removeFirst()
        var text = ""
        while let character = rest.popFirst() {
            if character == quote { return text }
            guard character == "\\" && quote == "\"" else {
                text.append(character)
                continue
            }
            switch rest.popFirst() {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "\"": text.append("\"")
            case "\\": text.append("\\")
            default: throw TemplateFault(found: "an unknown escape in a text", expected: "one of \\n, \\t, \\\", \\\\")
            }
        }
        throw TemplateFault(found: "a text without its closing quote", expected: "a closing quote")
    }
}
