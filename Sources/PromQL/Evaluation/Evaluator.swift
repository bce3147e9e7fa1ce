import PostwatchModel

/// Evaluates an expression over all steps of a grid, series by series: a window slides over a series' columns once, however many steps
/// there are. Pure: the samples were fetched before.
struct Evaluator: Sendable {
    let grid: StepGrid
    let context: EvaluationContext
    let samples: FetchedSamples

    func evaluate(_ expression: Expression) throws(QueryFailure) -> Operand {
        if Task.isCancelled { throw .canceled }
        switch expression {
        case .number(let value): return .scalar(Array(repeating: value, count: grid.count))
        case .string(let text): return .string(text)
        case .parentheses(let inner): return try evaluate(inner)
        case .negation(let operand): return try negate(operand)
        case .vectorSelector(let selector): return .vector(try rows(of: selector) { $0.values[$1] })
        case .rangeSelector(let range): return .ranges(rangeVector(of: range))
        case .subquery(let subquery): return .ranges(try rangeVector(of: subquery))
        case .binary(let operation): return try evaluate(operation)
        case .aggregation(let aggregation): return .vector(try evaluate(aggregation))
        case .call(let call): return try evaluate(call)
        }
    }

    // The type check of the parser makes these three safe.

    func scalar(_ expression: Expression) throws(QueryFailure) -> [Double] {
        guard case .scalar(let values) = try evaluate(expression) else { preconditionFailure("not a scalar") }
        return values
    }

    func vector(_ expression: Expression) throws(QueryFailure) -> [Row] {
        guard case .vector(let rows) = try evaluate(expression) else { preconditionFailure("not an instant vector") }
        return rows
    }

    func ranges(_ expression: Expression) throws(QueryFailure) -> RangeVector {
        guard case .ranges(let ranges) = try evaluate(expression) else { preconditionFailure("not a range vector") }
        return ranges
    }

    func string(_ expression: Expression) throws(QueryFailure) -> String {
        guard case .string(let text) = try evaluate(expression) else { preconditionFailure("not a string") }
        return text
    }

    // MARK: Rows

    /// Joins rows whose labels became equal, as by dropping the metric's name. Fails when two of them have a value at one step.
    func joined(_ rows: [Row]) throws(QueryFailure) -> [Row] {
        guard rows.count > 1 else { return rows }
        var indices: [LabelSet: Int] = [:]
        indices.reserveCapacity(rows.count)
        var joined: [Row] = []
        joined.reserveCapacity(rows.count)
        for row in rows {
            guard let index = indices[row.labels] else {
                indices[row.labels] = joined.count
                joined.append(row)
                continue
            }
            for step in row.values.indices where !row.values[step].isAbsent {
                guard joined[index].values[step].isAbsent else {
                    throw .execution("vector cannot contain metrics with the same labelset")
                }
                joined[index].values[step] = row.values[step]
            }
        }
        return joined
    }

    /// Applies `change` to every value there is and drops the metric's name.
    func mapped(_ rows: [Row], keepingName: Bool = false, _ change: (Double, Int) -> Double) throws(QueryFailure) -> [Row] {
        var changed = rows
        for index in changed.indices {
            if !keepingName { changed[index].labels = changed[index].labels.withoutMetricName }
            for step in 0..<grid.count where !changed[index].values[step].isAbsent {
                changed[index].values[step] = change(changed[index].values[step], step)
            }
        }
        return keepingName ? changed : try joined(changed)
    }

    private func negate(_ operand: Expression) throws(QueryFailure) -> Operand {
        switch try evaluate(operand) {
        case .scalar(let values): return .scalar(values.map { -$0 })
        case .vector(let rows): return .vector(try mapped(rows) { value, _ in -value })
        case .string, .ranges: preconditionFailure("not a number")
        }
    }

    // MARK: Calls

    private func evaluate(_ call: FunctionCall) throws(QueryFailure) -> Operand {
        switch call.function.body {
        case .overWindow(let keepsName, let body):
            return .vector(try slide(call, keepsName: keepsName, body))
        case .perElement(let body):
            let parameters = try parametersByStep(call.arguments.dropFirst())
            let rows = try call.arguments.first.map { (argument) throws(QueryFailure) in try vector(argument) } ?? [timeRow]
            return .vector(try mapped(rows) { value, step in body(value, parameters[step]) })
        case .whole(let body):
            return try body(call, self)
        }
    }

    /// `vector(time())`, what the functions of the calendar take when nothing is given.
    private var timeRow: Row {
        Row(labels: LabelSet(), values: (0..<grid.count).map { Double(grid.time(at: $0)) / 1000 })
    }

    /// The scalar arguments, one list per step.
    private func parametersByStep(_ arguments: some Sequence<Expression>) throws(QueryFailure) -> [[Double]] {
        var columns: [[Double]] = []
        for argument in arguments { columns.append(try scalar(argument)) }
        guard !columns.isEmpty else { return Array(repeating: [], count: grid.count) }
        return (0..<grid.count).map { step in columns.map { $0[step] } }
    }

    private func slide(
        _ call: FunctionCall, keepsName: Bool, _ body: (Window, [Double]) -> Double?
    ) throws(QueryFailure) -> [Row] {
        guard let rangeArgument = call.arguments.first(where: { $0.type == .rangeVector }) else {
            preconditionFailure("\(call.function.name) takes a range vector")
        }
        let ranges = try ranges(rangeArgument)
        let parameters = try parametersByStep(call.arguments.filter { $0.type == .scalar })
        var rows: [Row] = []
        for series in ranges.series {
            var values = Array(repeating: Row.absent, count: grid.count)
            forEachWindow(of: series, in: ranges) { step, window in
                values[step] = body(window, parameters[step]) ?? Row.absent
            }
            let row = Row(labels: keepsName ? series.labels : series.labels.withoutMetricName, values: values)
            if !row.isEmpty { rows.append(row) }
        }
        return keepsName ? rows : try joined(rows)
    }

    /// Calls `body` for every step whose window holds a sample.
    func forEachWindow(of series: SeriesColumns, in ranges: RangeVector, _ body: (Int, Window) -> Void) {
        let timestamps = series.timestamps
        var lower = 0
        var upper = 0
        for step in 0..<grid.count {
            let time = grid.time(at: step)
            let end = ranges.shift.apply(to: time)
            while upper < timestamps.count && timestamps[upper] <= end { upper += 1 }
            while lower < upper && timestamps[lower] <= end - ranges.length { lower += 1 }
            guard lower < upper else { continue }
            body(
                step,
                Window(
                    timestamps: timestamps[lower..<upper], values: series.values[lower..<upper], length: ranges.length, end: end,
                    evaluatedAt: time))
        }
    }
}

extension LabelSet {
    var withoutMetricName: LabelSet {
        // Upper-case letters sort before the underscore, so the name need not come first.
        guard labels.contains(where: { $0.name == Self.metricNameLabel }) else { return self }
        return filter { $0 != Self.metricNameLabel }
    }
}
