import Foundation

/// A template cut at `{{` and `}}`.
enum TemplatePiece {
    case text(String)
    /// What stands between the braces, without blanks around it.
    case action(String)

    /// `{{-` and `-}}` eat the white space beside them, comments disappear.
    static func cut(_ source: String) throws(TemplateFault) -> [TemplatePiece] {
        var pieces: [TemplatePiece] = []
        var rest = Substring(source)
        var trimsNext = false
        func append(_ text: Substring, trimEnd: Bool) {
            var text = String(text)
            if trimsNext { text = String(text.drop(while: \.isWhitespace)) }
            while trimEnd, text.last?.isWhitespace == true { text.removeLast() }
            if !text.isEmpty { pieces.append(.text(text)) }
        }
        while let open = rest.range(of: "{{") {
            var inside = rest[open.upperBound...]
            guard let close = Self.closing(of: inside) else {
                throw TemplateFault(found: "{{ without }}", expected: "}} behind the action")
            }
            inside = rest[open.upperBound..<close.lowerBound]
            let trimsBefore = inside.first == "-" && inside.dropFirst().first?.isWhitespace == true
            append(rest[..<open.lowerBound], trimEnd: trimsBefore)
            if trimsBefore { inside = inside.dropFirst() }
            trimsNext = inside.last == "-" && inside.dropLast().last?.isWhitespace == true
            if trimsNext { inside = inside.dropLast() }
            let action = inside.trimmingCharacters(in: .whitespacesAndNewlines)
            if !(action.hasPrefix("/*") && action.hasSuffix("*/")) { pieces.append(.action(action)) }
            rest = rest[close.upperBound...]
        }
        append(rest, trimEnd: false)
        return pieces
    }

    // MARK: - Private

    /// The `}}` that stands neither in quotes nor in a comment.
    private static func closing(of text: Substring) -> Range<Substring.Index>? {
        let start = text.drop { $0 == "-" || $0.isWhitespace }
        if start.hasPrefix("/*") {
            guard let end = start.range(of: "*/") else { return nil }
            return text[end.upperBound...].range(of: "}}")
        }
        var quote: Character?
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            if let open = quote {
                if character == "\\" && open != "`" {
                    index = text.index(after: index)
                    guard index < text.endIndex else { return nil }
                } else if character == open {
                    quote = nil
                }
            } else if character == "\"" || character == "`" || character == "'" {
                quote = character
            } else if text[index...].hasPrefix("}}") {
                return index..<text.index(index, offsetBy: 2)
            }
            index = text.index(after: index)
        }
        return nil
    }
}
