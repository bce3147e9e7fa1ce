import PostwatchModel

/// Functions that rewrite labels.
extension Function {
    static let labels: [Function] = [
        Function(name: "label_replace", work: .whole(replaceLabel)),
        Function(name: "label_join", work: .whole(joinLabels)),
    ]

    /// `label_replace(vector, destination, replacement, source, pattern)`
    @Sendable private static func replaceLabel(_ call: FunctionCall, _ evaluator: Evaluator) throws(QueryFailure) -> Operand {
        var rows = try evaluator.vector(call.arguments[0])
        let destination = try evaluator.string(call.arguments[1])
        let replacement = try evaluator.string(call.arguments[2])
        let source = try evaluator.string(call.arguments[3])
        let text = try evaluator.string(call.arguments[4])
        guard let pattern = try? RegularExpression(text, matching: .wholeText) else {
            throw .execution("invalid regular expression in label_replace(): \(text)")
        }
        try checkLabelName(destination, "destination", of: call)
        for index in rows.indices {
            guard let value = pattern.firstMatch(in: rows[index].labels[source] ?? "")?.expand(replacement) else { continue }
            try checkSize(of: value, call)
            rows[index].labels[destination] = value
            // Who sets a name wants it.
            if destination == LabelSet.metricNameLabel { rows[index].losesName = false }
        }
        return .vector(try evaluator.joined(rows))
    }

    /// `label_join(vector, destination, separator, source…)`
    @Sendable private static func joinLabels(_ call: FunctionCall, _ evaluator: Evaluator) throws(QueryFailure) -> Operand {
        var rows = try evaluator.vector(call.arguments[0])
        let destination = try evaluator.string(call.arguments[1])
        let separator = try evaluator.string(call.arguments[2])
        var sources: [String] = []
        for argument in call.arguments.dropFirst(3) { sources.append(try evaluator.string(argument)) }
        for source in sources { try checkLabelName(source, "source", of: call) }
        try checkLabelName(destination, "destination", of: call)
        for index in rows.indices {
            let labels = rows[index].labels
            let value = sources.map { labels[$0] ?? "" }.joined(separator: separator)
            try checkSize(of: value, call)
            rows[index].labels[destination] = value
            if destination == LabelSet.metricNameLabel { rows[index].losesName = false }
        }
        return .vector(try evaluator.joined(rows))
    }

    /// As long as all labels of a stored series together may be: values that double again and again would take all memory.
    private static func checkSize(of value: String, _ call: FunctionCall) throws(QueryFailure) {
        let limit = 64 << 10
        guard value.utf8.count <= limit else {
            throw .execution("\(call.name)() makes a label value of \(value.utf8.count) bytes, over the limit of \(limit)")
        }
    }

    private static func checkLabelName(_ name: String, _ purpose: String, of call: FunctionCall) throws(QueryFailure) {
        guard !name.isEmpty, !name.unicodeScalars.contains("\u{FFFD}") else {
            throw .execution("invalid \(purpose) label name in \(call.name)(): \(name)")
        }
    }
}
