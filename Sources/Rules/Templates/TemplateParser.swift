import Foundation

/// Reads the text of a template.
struct TemplateParser {
    private enum Piece {
        case text(String)
        case action(String)
    }

    private enum Terminator {
        case end
        case otherwise
        /// `else if`, with the words of its condition.
        case otherwiseIf([TemplateToken])
        case endOfText
    }

    private var pieces: ArraySlice<Piece>

    static func parse(_ source: String) throws(TemplateFault) -> [TemplateNode] {
        var parser = TemplateParser(pieces: try cut(source)[...])
        let (nodes, terminator) = try parser.nodes()
        guard case .endOfText = terminator else {
            throw TemplateFault(found: "{{ end }} or {{ else }} without {{ if }}", expected: "an {{ if }} before it")
        }
        return nodes
    }

    // MARK: - Private

    /// Splits at `{{` and `}}`; `{{-` and `-}}` eat the white space beside them, comments disappear.
    private static func cut(_ source: String) throws(TemplateFault) -> [Piece] {
        var pieces: [Piece] = []
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
            let trimsBefore = inside.hasPrefix("- ")
            append(rest[..<open.lowerBound], trimEnd: trimsBefore)
            trimsNext = inside.hasSuffix(" -")
            if trimsBefore { inside = inside.dropFirst() }
            if trimsNext { inside = inside.dropLast() }
            let action = inside.trimmingCharacters(in: .whitespacesAndNewlines)
            if !(action.hasPrefix("/*") && action.hasSuffix("*/")) { pieces.append(.action(action)) }
            rest = rest[close.upperBound...]
        }
        append(rest, trimEnd: false)
        return pieces
    }

    /// The `}}` that does not stand in quotes.
    private static func closing(of text: Substring) -> Range<Substring.Index>? {
        var quote: Character?
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            if let open = quote {
                if character == "\\" && open == "\"" {
                    index = text.index(after: index)
                    guard index < text.endIndex else { return nil }
                } else if character == open {
                    quote = nil
                }
            } else if character == "\"" || character == "`" {
                quote = character
            } else if text[index...].hasPrefix("}}") {
                return index..<text.index(index, offsetBy: 2)
            }
            index = text.index(after: index)
        }
        return nil
    }

    private mutating func nodes() throws(TemplateFault) -> ([TemplateNode], Terminator) {
        var nodes: [TemplateNode] = []
        while let piece = pieces.popFirst() {
            switch piece {
            case .text(let text): nodes.append(.text(text))
            case .action(let action):
                let tokens = try TemplateToken.tokens(of: action)
                switch tokens.first {
                case .word("end")? where tokens.count == 1: return (nodes, .end)
                case .word("else")? where tokens.count == 1: return (nodes, .otherwise)
                case .word("else")? where tokens[1] == .word("if"): return (nodes, .otherwiseIf(Array(tokens.dropFirst(2))))
                case .word("if")?: nodes.append(try condition(Array(tokens.dropFirst())))
                case .word(let keyword)? where ["range", "with", "define", "template", "block", "else", "end"].contains(keyword):
                    throw TemplateFault(found: "{{ \(action) }}", expected: "only if, else and end")
                default: nodes.append(.output(try TemplatePipeline(tokens)))
                }
            }
        }
        return (nodes, .endOfText)
    }

    private mutating func condition(_ tokens: [TemplateToken]) throws(TemplateFault) -> TemplateNode {
        let pipeline = try TemplatePipeline(tokens)
        let (then, terminator) = try nodes()
        switch terminator {
        case .end: return .condition(pipeline, then: then, otherwise: [])
        case .otherwiseIf(let tokens): return .condition(pipeline, then: then, otherwise: [try condition(tokens)])
        case .otherwise:
            let (otherwise, last) = try nodes()
            guard case .end = last else { throw TemplateFault(found: "{{ if }} without {{ end }}", expected: "{{ end }}") }
            return .condition(pipeline, then: then, otherwise: otherwise)
        case .endOfText: throw TemplateFault(found: "{{ if }} without {{ end }}", expected: "{{ end }}")
        }
    }
}
