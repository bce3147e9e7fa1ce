import PostwatchModel

/// A template of Go's `text/template`, as far as rules use it: text, `$labels.x`, `$value`, `.Labels.x`, `.Value`, pipes, `if … else … end`,
/// and the functions of `TemplateFunction`.
/// Source: Prometheus documentation, "Template reference".
public struct GoTemplate: Hashable, Sendable {
    /// As it was written.
    public let source: String
    private let nodes: [TemplateNode]

    /// Throws `TemplateFault` when the text is not such a template.
    public init(_ source: String) throws(TemplateFault) {
        self.source = source
        nodes = try TemplateParser.parse(source)
    }

    /// Whether the text says the same whatever the data.
    public var isPlain: Bool {
        nodes.allSatisfy { if case .text = $0 { true } else { false } }
    }

    /// The text with everything filled in. Where that fails the text tells why: an alert must go out even if its words are broken.
    public func expand(_ data: TemplateData) -> String {
        do {
            return try expand(nodes, data)
        } catch {
            return "<error expanding template: \(error.reason)>"
        }
    }

    // MARK: - Private

    private func expand(_ nodes: [TemplateNode], _ data: TemplateData) throws(TemplateFunction.Failure) -> String {
        var text = ""
        for node in nodes {
            switch node {
            case .text(let plain): text += plain
            case .output(let pipeline): text += try pipeline.evaluate(data).printed
            case .condition(let condition, let then, let otherwise):
                text += try expand(try condition.evaluate(data).isTrue ? then : otherwise, data)
            }
        }
        return text
    }
}

extension TemplatePipeline {
    fileprivate func evaluate(_ data: TemplateData) throws(TemplateFunction.Failure) -> TemplateValue {
        var result: TemplateValue?
        for command in commands {
            switch command {
            case .value(let operand):
                result = try evaluate(operand, data)
            case .call(let function, let operands):
                var arguments: [TemplateValue] = []
                for operand in operands { arguments.append(try evaluate(operand, data)) }
                if let result { arguments.append(result) }
                result = try function.apply(arguments)
            }
        }
        guard let result else { preconditionFailure("a pipeline has a command") }
        return result
    }

    private func evaluate(_ operand: Operand, _ data: TemplateData) throws(TemplateFunction.Failure) -> TemplateValue {
        switch operand {
        case .constant(let value): return value
        case .labels: return .labels(data.labels)
        case .value: return .number(data.value)
        case .externalLabels: return .labels(data.externalLabels)
        case .externalURL: return .text(data.externalURL)
        case .pipeline(let pipeline): return try pipeline.evaluate(data)
        case .member(let base, let name):
            guard case .labels(let labels) = try evaluate(base, data) else {
                throw TemplateFunction.Failure(reason: "can't evaluate field \(name) in something that is not labels")
            }
            return .text(labels[name] ?? "")
        }
    }
}
