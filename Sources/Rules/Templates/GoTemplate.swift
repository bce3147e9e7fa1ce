import PostwatchModel

/// A template of Go's `text/template`, with the functions of `TemplateFunction`.
/// Source: Prometheus documentation, "Template reference"; Go documentation, `text/template`.
public struct GoTemplate: Hashable, Sendable {
    /// What comes of filling in a template.
    public enum Expansion: Hashable, Sendable {
        case text(String)
        /// This query's answer is needed first.
        case asks(String)
    }

    /// As it was written.
    public let source: String
    private let nodes: [TemplateNode]
    private let definitions: [String: [TemplateNode]]

    /// Throws `TemplateFault` when the text is not such a template.
    public init(_ source: String) throws(TemplateFault) {
        self.source = source
        (nodes, definitions) = try TemplateParser.parse(source)
    }

    public static func == (left: GoTemplate, right: GoTemplate) -> Bool { left.source == right.source }

    public func hash(into hasher: inout Hasher) { hasher.combine(source) }

    /// Whether the text says the same whatever the data.
    public var isPlain: Bool {
        nodes.allSatisfy { if case .text = $0 { true } else { false } }
    }

    /// The text with everything filled in, or the query that must be answered for that. Where filling in fails the text tells why: an alert
    /// must go out even if its words are broken.
    public func expand(_ data: TemplateData, answers: TemplateAnswers = TemplateAnswers()) -> Expansion {
        var evaluator = TemplateEvaluator(data: data, answers: answers, definitions: definitions)
        do {
            return .text(try evaluator.expand(nodes))
        } catch {
            switch error {
            case .asks(let query): return .asks(query)
            case .failed(let reason): return .text("<error expanding template: \(reason)>")
            }
        }
    }

    /// The text when no query can be asked.
    public func text(_ data: TemplateData, answers: TemplateAnswers = TemplateAnswers()) -> String {
        switch expand(data, answers: answers) {
        case .text(let text): text
        case .asks(let query): "<error expanding template: no answer to the query \(query)>"
        }
    }
}
