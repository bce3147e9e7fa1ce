import Foundation
import PostwatchModel

/// Fills in one template.
struct TemplateEvaluator {
    let data: TemplateData
    let answers: TemplateAnswers
    let definitions: [String: [TemplateNode]]
    private var variables: [(name: String, value: TemplateValue)] = []
    private var dot = TemplateValue.data
    private var depth = 0

    /// So deep templates may call each other; Go ends later, but with the same error.
    private static let greatestDepth = 100

    /// Whether a part ended early.
    private enum Flow {
        case goesOn, leavesLoop, nextTurn
    }

    init(data: TemplateData, answers: TemplateAnswers, definitions: [String: [TemplateNode]]) {
        self.data = data
        self.answers = answers
        self.definitions = definitions
        variables = [
            ("$", .data), ("$labels", .labels(data.labels)), ("$value", data.shownValue),
            ("$externalLabels", .labels(data.externalLabels)), ("$externalURL", .text(data.externalURL)),
        ]
    }

    mutating func expand(_ nodes: [TemplateNode]) throws(TemplateHalt) -> String {
        var text = ""
        _ = try run(nodes, &text)
        return text
    }

    // MARK: - Private

    private mutating func run(_ nodes: [TemplateNode], _ text: inout String) throws(TemplateHalt) -> Flow {
        let declared = variables.count
        defer { variables.removeLast(variables.count - declared) }
        for node in nodes {
            switch node {
            case .text(let plain): text += plain
            case .output(let pipeline):
                let value = try evaluate(pipeline)
                assign(pipeline, value)
                if pipeline.variables.isEmpty { text += value.printed }
            case .condition(let pipeline, let then, let otherwise):
                let flow = try scoped(pipeline) { me, value throws(TemplateHalt) in
                    try me.run(value.isTrue ? then : otherwise, &text)
                }
                if flow != .goesOn { return flow }
            case .with(let pipeline, let then, let otherwise):
                let flow = try scoped(pipeline) { me, value throws(TemplateHalt) in
                    guard value.isTrue else { return try me.run(otherwise, &text) }
                    return try me.run(then, dot: value, &text)
                }
                if flow != .goesOn { return flow }
            case .loop(let pipeline, let body, let otherwise): try loop(pipeline, body, otherwise, &text)
            case .insertion(let name, let pipeline): text += try insert(name, pipeline)
            case .leaveLoop: return .leavesLoop
            case .nextTurn: return .nextTurn
            }
        }
        return .goesOn
    }

    /// Variables that the pipeline declares hold through the whole branch.
    private mutating func scoped(
        _ pipeline: TemplatePipeline, _ body: (inout TemplateEvaluator, TemplateValue) throws(TemplateHalt) -> Flow
    ) throws(TemplateHalt) -> Flow {
        let declared = variables.count
        let value = try evaluate(pipeline)
        assign(pipeline, value)
        let flow = try body(&self, value)
        variables.removeLast(variables.count - declared)
        return flow
    }

    private mutating func run(_ nodes: [TemplateNode], dot value: TemplateValue, _ text: inout String) throws(TemplateHalt) -> Flow {
        let outer = dot
        dot = value
        let flow = try run(nodes, &text)
        dot = outer
        return flow
    }

    private mutating func loop(
        _ pipeline: TemplatePipeline, _ body: [TemplateNode], _ otherwise: [TemplateNode], _ text: inout String
    ) throws(TemplateHalt) {
        let turns = try turns(of: try evaluate(pipeline))
        if turns.isEmpty { _ = try run(otherwise, &text) }
        let declared = variables.count
        for (key, element) in turns {
            if pipeline.variables.count == 2 { set(pipeline.variables[0], key, isAssignment: pipeline.isAssignment) }
            if let name = pipeline.variables.last { set(name, element, isAssignment: pipeline.isAssignment) }
            let flow = try run(body, dot: element, &text)
            variables.removeLast(variables.count - declared)
            if flow == .leavesLoop { return }
        }
    }

    private func turns(of value: TemplateValue) throws(TemplateHalt) -> [(TemplateValue, TemplateValue)] {
        switch value {
        case .list(let elements): return elements.enumerated().map { (.integer($0.offset), $0.element) }
        case .labels(let labels): return labels.labels.map { (.text($0.name), .text($0.value)) }
        case .arguments(let arguments): return arguments.sorted { $0.key < $1.key }.map { (.text($0.key), $0.value) }
        case .integer(let count): return (0..<max(0, min(count, 10_000))).map { (.integer($0), .integer($0)) }
        case .none: return []
        case .number, .histogram, .text, .truth, .sample, .moment, .duration, .data:
            throw .failed("range can't iterate over \(value.printed)")
        }
    }

    private mutating func insert(_ name: String, _ pipeline: TemplatePipeline?) throws(TemplateHalt) -> String {
        guard let nodes = definitions[name] else { throw .failed("template \"\(name)\" not defined") }
        guard depth < Self.greatestDepth else { throw .failed("exceeded maximum template depth (\(Self.greatestDepth))") }
        let value = try pipeline.map { pipeline throws(TemplateHalt) in try evaluate(pipeline) } ?? .none
        let (outerVariables, outerDot) = (variables, dot)
        (variables, dot) = ([("$", value)], value)
        depth += 1
        defer {
            depth -= 1
            (variables, dot) = (outerVariables, outerDot)
        }
        return try expand(nodes)
    }

    private mutating func assign(_ pipeline: TemplatePipeline, _ value: TemplateValue) {
        guard let name = pipeline.variables.first else { return }
        set(name, value, isAssignment: pipeline.isAssignment)
    }

    private mutating func set(_ name: String, _ value: TemplateValue, isAssignment: Bool) {
        if isAssignment, let index = variables.lastIndex(where: { $0.name == name }) {
            variables[index].value = value
        } else {
            variables.append((name, value))
        }
    }

    private func evaluate(_ pipeline: TemplatePipeline) throws(TemplateHalt) -> TemplateValue {
        var result: TemplateValue?
        for command in pipeline.commands {
            switch command {
            case .value(let operand): result = try evaluate(operand)
            case .call(let function, let operands): result = try call(function, operands, last: result)
            }
        }
        guard let result else { preconditionFailure("a pipeline has a command") }
        return result
    }

    private func call(
        _ function: TemplateFunction, _ operands: [TemplateOperand], last: TemplateValue?
    ) throws(TemplateHalt) -> TemplateValue {
        var arguments: [TemplateValue] = []
        for operand in operands {
            let value = try evaluate(operand)
            arguments.append(value)
            // As in Go, what follows is not looked at once the answer is known.
            if function == .and && !value.isTrue || function == .or && value.isTrue { return value }
        }
        if let last { arguments.append(last) }
        switch function {
        case .query: return try answer(arguments)
        case .externalURL: return .text(data.externalURL)
        case .pathPrefix: return .text(URL(string: data.externalURL)?.path ?? "")
        case .now: return .number(data.moment.seconds)
        default: return try function.apply(arguments)
        }
    }

    private func answer(_ arguments: [TemplateValue]) throws(TemplateHalt) -> TemplateValue {
        guard arguments.count == 1, case .text(let query) = arguments[0] else { throw .failed("query takes one text") }
        guard let answer = answers[query] else {
            guard answers.count < TemplateAnswers.limit else { throw .failed("more than \(TemplateAnswers.limit) queries") }
            throw .asks(query)
        }
        switch answer {
        case .success(let samples): return .list(samples.map { .sample($0) })
        case .failure(let failure): throw .failed("error calling query: \(failure.reason)")
        }
    }

    private func evaluate(_ operand: TemplateOperand) throws(TemplateHalt) -> TemplateValue {
        switch operand {
        case .constant(let value): return value
        case .dot: return dot
        case .variable(let name):
            guard let variable = variables.last(where: { $0.name == name }) else { throw .failed("undefined variable \(name)") }
            return variable.value
        case .pipeline(let pipeline): return try evaluate(pipeline)
        case .function(let function): return try call(function, [], last: nil)
        case .field(let base, let name): return try field(name, of: try evaluate(base))
        }
    }

    private func field(_ name: String, of value: TemplateValue) throws(TemplateHalt) -> TemplateValue {
        switch (value, name) {
        case (.labels(let labels), _): return .text(labels[name] ?? "")
        case (.arguments(let arguments), _): return arguments[name] ?? .none
        case (.data, "Labels"): return .labels(data.labels)
        case (.data, "Value"): return data.shownValue
        case (.data, "ExternalLabels"): return .labels(data.externalLabels)
        case (.data, "ExternalURL"): return .text(data.externalURL)
        case (.sample(let sample), "Labels"): return .labels(sample.labels)
        case (.sample(let sample), "Value"): return .number(sample.value)
        default: throw .failed("can't evaluate field \(name) in \(value.printed)")
        }
    }
}

extension TemplateData {
    /// What `$value` stands for.
    fileprivate var shownValue: TemplateValue { histogram.map { .histogram($0) } ?? .number(value) }
}
