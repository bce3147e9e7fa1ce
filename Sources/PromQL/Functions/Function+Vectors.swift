import PostwatchModel

/// Functions between scalars and vectors, and about presence.
extension Function {
    static let vectors: [Function] = [
        Function(
            name: "time",
            work: .whole { _, evaluator in
                .scalar((0..<evaluator.grid.count).map { Double(evaluator.grid.time(at: $0)) / 1000 })
            }),
        Function(name: "timestamp", work: .whole(timestamp)),
        // Remote write 1.0 tells no start, and what is scraped has none.
        Function(
            name: "start_timestamp",
            work: .whole { (call, evaluator) throws(QueryFailure) in
                _ = try evaluator.vector(call.arguments[0])
                return .vector([])
            }),
        Function(
            name: "vector",
            work: .whole { (call, evaluator) throws(QueryFailure) in
                .vector([Row(labels: LabelSet(), values: try evaluator.scalar(call.arguments[0]))])
            }),
        Function(name: "scalar", work: .whole(scalar)),
        Function(
            name: "absent",
            work: .whole { (call, evaluator) throws(QueryFailure) in
                var isPresent = Array(repeating: false, count: evaluator.grid.count)
                try evaluator.forEachRow(of: call.arguments[0]) { row in
                    for step in isPresent.indices where row.isPresent(step) { isPresent[step] = true }
                }
                return absence(of: call.arguments[0], isPresent)
            }),
        Function(
            name: "absent_over_time",
            work: .whole { (call, evaluator) throws(QueryFailure) in
                var isPresent = Array(repeating: false, count: evaluator.grid.count)
                try evaluator.forEachWindows(of: call.arguments[0]) { series in
                    series.forEach { step, _ in isPresent[step] = true }
                }
                return absence(of: call.arguments[0], isPresent)
            }),
    ]

    /// Of a bare selector the times of its samples, of anything else the time of evaluation.
    @Sendable private static func timestamp(_ call: FunctionCall, _ evaluator: Evaluator) throws(QueryFailure) -> Operand {
        var rows: [Row] = []
        if case .vectorSelector(let selector) = call.arguments[0].withoutParentheses {
            try evaluator.stream(selector, giving: .time) { row in
                evaluator.dropName(of: &row)
                rows.append(row)
            }
        } else {
            try evaluator.forEachRow(of: call.arguments[0]) { row in
                for step in row.values.indices where row.isPresent(step) {
                    row.set(.number(Double(evaluator.grid.time(at: step)) / 1000), step)
                }
                evaluator.dropName(of: &row)
                rows.append(row)
            }
        }
        return .vector(try evaluator.joined(rows))
    }

    /// The one element's value, NaN when there is none or several.
    @Sendable private static func scalar(_ call: FunctionCall, _ evaluator: Evaluator) throws(QueryFailure) -> Operand {
        var found = Array(repeating: Double.nan, count: evaluator.grid.count)
        var counts = Array(repeating: 0, count: evaluator.grid.count)
        try evaluator.forEachRow(of: call.arguments[0]) { row in
            for step in found.indices where !row.values[step].isAbsent {
                counts[step] += 1
                found[step] = counts[step] == 1 ? row.values[step] : .nan
            }
        }
        return .scalar(found)
    }

    /// 1 where nothing is present, with the labels that the selector asked for by `=` and nothing else.
    private static func absence(of expression: Expression, _ isPresent: [Bool]) -> Operand {
        guard isPresent.contains(false) else { return .vector([]) }
        let matchers: [LabelMatcher] =
            switch expression.withoutParentheses {
            case .vectorSelector(let selector): selector.matchers
            case .rangeSelector(let range): range.selector.matchers
            default: []
            }
        let asked = Dictionary(grouping: matchers.filter { $0.name != LabelSet.metricNameLabel }, by: \.name)
        let labels = asked.values.filter { $0.count == 1 && $0[0].operation == .equal }.map { ($0[0].name, $0[0].value) }
        return .vector([Row(labels: LabelSet(labels), values: isPresent.map { $0 ? Row.absent : 1 })])
    }
}
