import Foundation

/// Reads the text of a template.
struct TemplateParser {
    /// What a rule's template may name without having declared it.
    static let givenVariables: Set<String> = ["$", "$labels", "$value", "$externalLabels", "$externalURL"]

    private enum Terminator {
        case end
        /// With the words of what follows on the same action: `if …`, `with …`, or none.
        case otherwise([TemplateToken])
        case endOfText
    }

    private var pieces: ArraySlice<TemplatePiece>
    private var definitions: [String: [TemplateNode]] = [:]
    private var loopDepth = 0
    private var depth = 0
    /// Parts inside of each other: more than anybody writes, and less than the stack holds.
    private static let greatestDepth = 200

    /// The template itself, and those it defines by name.
    static func parse(_ source: String) throws(TemplateFault) -> (nodes: [TemplateNode], definitions: [String: [TemplateNode]]) {
        var parser = TemplateParser(pieces: try TemplatePiece.cut(source)[...])
        let (nodes, terminator) = try parser.nodes(TemplateScope(names: givenVariables))
        guard case .endOfText = terminator else {
            throw TemplateFault(
                found: "{{ end }} or {{ else }} without {{ if }}", expected: "an {{ if }}, {{ range }} or {{ with }} before it")
        }
        return (nodes, parser.definitions)
    }

    // MARK: - Private

    private init(pieces: ArraySlice<TemplatePiece>) {
        self.pieces = pieces
    }

    /// Up to the `end` or `else` that closes this part. What it declares holds to there.
    private mutating func nodes(_ outer: TemplateScope) throws(TemplateFault) -> ([TemplateNode], Terminator) {
        guard depth <= Self.greatestDepth else {
            throw TemplateFault(found: "more than \(Self.greatestDepth) parts inside of each other", expected: "fewer")
        }
        depth += 1
        defer { depth -= 1 }
        var scope = outer
        var nodes: [TemplateNode] = []
        while let piece = pieces.popFirst() {
            switch piece {
            case .text(let text): nodes.append(.text(text))
            case .action(let action):
                let tokens = try TemplateToken.tokens(of: action)
                let rest = Array(tokens.dropFirst())
                switch tokens.first {
                case .word("end")? where rest.isEmpty: return (nodes, .end)
                case .word("else")?: return (nodes, .otherwise(rest))
                case .word("if")?, .word("with")?, .word("range")?: nodes.append(try branch(tokens, scope))
                case .word("define")?: try define(rest, action)
                case .word("block")?: nodes.append(try block(rest, action, scope))
                case .word("template")?: nodes.append(try insertion(rest, action, scope))
                case .word("break")? where rest.isEmpty && loopDepth > 0: nodes.append(.leaveLoop)
                case .word("continue")? where rest.isEmpty && loopDepth > 0: nodes.append(.nextTurn)
                case .word(let keyword)? where ["break", "continue", "end"].contains(keyword):
                    throw TemplateFault(found: "{{ \(action) }}", expected: "it only inside of {{ range }}, with nothing behind it")
                default: nodes.append(.output(try TemplatePipeline(tokens, &scope)))
                }
            }
        }
        return (nodes, .endOfText)
    }

    /// `if`, `with` or `range`, through its `end`.
    private mutating func branch(_ tokens: [TemplateToken], _ outer: TemplateScope) throws(TemplateFault) -> TemplateNode {
        var scope = outer
        let pipeline = try TemplatePipeline(Array(tokens.dropFirst()), &scope)
        let isLoop = tokens.first == .word("range")
        guard isLoop || pipeline.variables.count < 2 else {
            throw TemplateFault(found: "two variables behind if or with", expected: "one; two only behind range")
        }
        loopDepth += isLoop ? 1 : 0
        let (then, terminator) = try nodes(scope)
        loopDepth -= isLoop ? 1 : 0
        let otherwise = try alternative(terminator, scope, isLoop: isLoop)
        switch tokens.first {
        case .word("range"): return .loop(pipeline, body: then, otherwise: otherwise)
        case .word("with"): return .with(pipeline, then: then, otherwise: otherwise)
        default: return .condition(pipeline, then: then, otherwise: otherwise)
        }
    }

    private mutating func alternative(
        _ terminator: Terminator, _ scope: TemplateScope, isLoop: Bool
    ) throws(TemplateFault) -> [TemplateNode] {
        switch terminator {
        case .end: return []
        case .otherwise(let tokens) where tokens.isEmpty:
            let (otherwise, last) = try nodes(scope)
            guard case .end = last else { throw Self.withoutEnd }
            return otherwise
        case .otherwise(let tokens) where !isLoop && (tokens.first == .word("if") || tokens.first == .word("with")):
            // As deep as if it stood inside.
            depth += 1
            defer { depth -= 1 }
            return [try branch(tokens, scope)]
        case .otherwise: throw TemplateFault(found: "words behind {{ else", expected: "if, or nothing")
        case .endOfText: throw Self.withoutEnd
        }
    }

    private mutating func define(_ tokens: [TemplateToken], _ action: String) throws(TemplateFault) {
        guard case .text(let name)? = tokens.first, tokens.count == 1 else {
            throw TemplateFault(found: "{{ \(action) }}", expected: "a name in quotes behind define")
        }
        try body(of: name)
    }

    /// A definition that is used where it stands.
    private mutating func block(
        _ tokens: [TemplateToken], _ action: String, _ scope: TemplateScope
    ) throws(TemplateFault) -> TemplateNode {
        let node = try insertion(tokens, action, scope)
        guard case .insertion(let name, .some) = node else {
            throw TemplateFault(found: "{{ \(action) }}", expected: "a name in quotes and a value behind block")
        }
        try body(of: name)
        return node
    }

    /// A defined template knows nothing but what it is given.
    private mutating func body(of name: String) throws(TemplateFault) {
        let (nodes, terminator) = try nodes(TemplateScope(names: ["$"]))
        guard case .end = terminator else { throw Self.withoutEnd }
        definitions[name] = nodes
    }

    private func insertion(
        _ tokens: [TemplateToken], _ action: String, _ scope: TemplateScope
    ) throws(TemplateFault) -> TemplateNode {
        guard case .text(let name)? = tokens.first else {
            throw TemplateFault(found: "{{ \(action) }}", expected: "a name in quotes behind template")
        }
        var scope = scope
        return .insertion(name: name, tokens.count == 1 ? nil : try TemplatePipeline(Array(tokens.dropFirst()), &scope))
    }

    private static var withoutEnd: TemplateFault {
        TemplateFault(found: "{{ if }}, {{ range }}, {{ with }} or {{ define }} without {{ end }}", expected: "{{ end }}")
    }
}
