import PostwatchModel

/// Functions between scalars and vectors, about presence, time and order.
extension Function {
    static let vectors: [Function] = [
        Function(
            name: "time", parameters: [], result: .scalar,
            body: .whole { _, evaluator in
                .scalar((0..<evaluator.grid.count).map { Double(evaluator.grid.time(at: $0)) / 1000 })
            }),
        Function(name: "timestamp", parameters: [.instantVector], body: .whole(timestamp)),
        Function(
            name: "vector", parameters: [.scalar],
            body: .whole { (call, evaluator) throws(QueryFailure) in
                .vector([Row(labels: LabelSet(), values: try evaluator.scalar(call.arguments[0]))])
            }),
        Function(name: "scalar", parameters: [.instantVector], result: .scalar, body: .whole(scalar)),
        Function(
            name: "absent", parameters: [.instantVector],
            body: .whole { (call, evaluator) throws(QueryFailure) in
                let rows = try evaluator.vector(call.arguments[0])
                let isPresent = (0..<evaluator.grid.count).map { step in rows.contains { !$0.values[step].isAbsent } }
                return absence(of: call.arguments[0], isPresent)
            }),
        Function(
            name: "absent_over_time", parameters: [.rangeVector],
            body: .whole { (call, evaluator) throws(QueryFailure) in
                let ranges = try evaluator.ranges(call.arguments[0])
                var isPresent = Array(repeating: false, count: evaluator.grid.count)
                for series in ranges.series {
                    evaluator.forEachWindow(of: series, in: ranges) { step, _ in isPresent[step] = true }
                }
                return absence(of: call.arguments[0], isPresent)
            }),
        Function(
            name: "sort", parameters: [.instantVector],
            body: .whole { (call, evaluator) throws(QueryFailure) in
                .vector(sorted(try evaluator.vector(call.arguments[0]), evaluator.grid) { $0 < $1 })
            }),
        Function(
            name: "sort_desc", parameters: [.instantVector],
            body: .whole { (call, evaluator) throws(QueryFailure) in
                .vector(sorted(try evaluator.vector(call.arguments[0]), evaluator.grid) { $0 > $1 })
            }),
    ]

    /// Of a bare selector the times of its samples, of anything else the time of evaluation.
    @Sendable private static func timestamp(_ call: FunctionCall, _ evaluator: Evaluator) throws(QueryFailure) -> Operand {
        if case .vectorSelector(let selector) = call.arguments[0].withoutParentheses {
            let rows = try evaluator.rows(of: selector) { Double($0.timestamps[$1]) / 1000 }
            return .vector(try evaluator.mapped(rows) { value, _ in value })
        }
        let rows = try evaluator.vector(call.arguments[0])
        return .vector(try evaluator.mapped(rows) { _, step in Double(evaluator.grid.time(at: step)) / 1000 })
    }

    /// The one element's value, NaN when there is none or several.
    @Sendable private static func scalar(_ call: FunctionCall, _ evaluator: Evaluator) throws(QueryFailure) -> Operand {
        let rows = try evaluator.vector(call.arguments[0])
        return .scalar(
            (0..<evaluator.grid.count).map { step in
                var found: Double?
                for row in rows where !row.values[step].isAbsent {
                    guard found == nil else { return .nan }
                    found = row.values[step]
                }
                return found ?? .nan
            })
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

    /// Order has a meaning only when there is one step. NaN comes last either way.
    private static func sorted(_ rows: [Row], _ grid: StepGrid, _ precedes: (Double, Double) -> Bool) -> [Row] {
        guard grid.count == 1 else { return rows }
        return rows.sorted { left, right in
            let (left, right) = (left.values[0], right.values[0])
            return left.isNaN || right.isNaN ? !left.isNaN : precedes(left, right)
        }
    }
}
