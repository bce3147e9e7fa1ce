import PostwatchModel

/// Instant vectors one row at a time.
extension Evaluator {
    /// Hands over the rows of an instant vector one after the other; `take` may change or keep what it is given. A row whose labels stand
    /// for several series is put together first.
    func forEachRow(of expression: Expression, _ take: (inout Row) throws(QueryFailure) -> Void) throws(QueryFailure) {
        if answers[expression, grid] == nil, isStreamed(expression), !mayRepeatLabels(expression) {
            return try stream(expression, take)
        }
        for row in try vector(expression) {
            var row = row
            try take(&row)
        }
    }

    /// All rows of an expression that can be streamed.
    func collected(_ expression: Expression) throws(QueryFailure) -> [Row] {
        var rows: [Row] = []
        try stream(expression) { (row) throws(QueryFailure) in
            if row.isEmpty { return }
            rows.append(row)
            if rows.count & 0xFF == 0 { try checkSize(series: rows.count) }
        }
        return mayRepeatLabels(expression) ? try joined(rows) : rows
    }

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
            for step in 0..<row.values.count where row.isPresent(step) {
                guard !joined[index].isPresent(step) else {
                    throw .execution("vector cannot contain metrics with the same labelset")
                }
                joined[index].set(row.element(step), step)
            }
        }
        return joined
    }

    /// Takes the metric's name away, or leaves that to the end of the query.
    func dropName(of row: inout Row) {
        if context.delaysNameRemoval { row.losesName = true } else { row.labels = row.labels.withoutMetadata }
    }

    /// Fails when this many series would hold more values than a query may.
    func checkSize(series: Int) throws(QueryFailure) {
        let (size, overflow) = series.multipliedReportingOverflow(by: grid.count)
        guard !overflow, size <= context.maximumSamples else { throw .tooManySamples(limit: context.maximumSamples) }
        if Task.isCancelled { throw .canceled }
    }

    /// Whether all rows follow, one by one, from series of one selector, with labels of their own.
    func isOneStream(_ expression: Expression, of selection: SelectionPlan.Selection) -> Bool {
        if mayRepeatLabels(expression) { return false }
        switch expression {
        case .vectorSelector(let selector):
            return selection == SelectionPlan.Selection(of: selector, in: context.frame(of: selector, on: grid))
        case .rangeSelector(let range):
            return selection == SelectionPlan.Selection(of: range.selector, in: context.frame(of: range, on: grid))
        case .parentheses(let parentheses): return isOneStream(parentheses.inner, of: selection)
        case .unary(let operation): return isOneStream(operation.operand, of: selection)
        case .binary(let operation):
            // A scalar may be made of anything, so that only numbers are taken.
            guard let operand = operation.vectorOperand, [operation.left, operation.right].contains(where: \.isNumber) else { return false }
            return isOneStream(operand, of: selection)
        case .call(let call):
            guard call.isElementwise, let operand = call.mainOperand else { return false }
            return call.arguments.allSatisfy { $0 == operand || $0.isNumber } && isOneStream(operand, of: selection)
        case .number, .string, .subquery, .aggregation: return false
        }
    }

    // MARK: - Private

    private func isStreamed(_ expression: Expression) -> Bool {
        switch expression {
        case .vectorSelector: true
        case .parentheses(let parentheses): isStreamed(parentheses.inner)
        case .unary(let operation): operation.operand.type == .instantVector
        case .binary(let operation): operation.isElementwise
        case .call(let call): call.isElementwise
        case .number, .string, .rangeSelector, .subquery, .aggregation: false
        }
    }

    /// Whether rows of a stream may have equal labels since the name was dropped.
    private func mayRepeatLabels(_ expression: Expression) -> Bool {
        if context.delaysNameRemoval { return false }
        switch expression {
        case .parentheses(let parentheses): return mayRepeatLabels(parentheses.inner)
        case .unary(let operation): return operation.isNegative ? !hasOneName(operation.operand) : mayRepeatLabels(operation.operand)
        case .binary(let operation):
            guard let operand = operation.vectorOperand else { return false }
            return operation.dropsName ? !hasOneName(operand) : mayRepeatLabels(operand)
        case .call(let call):
            guard let operand = call.mainOperand else { return false }
            return call.keepsName ? mayRepeatLabels(operand) : !hasOneName(operand)
        case .vectorSelector, .number, .string, .rangeSelector, .subquery, .aggregation: return false
        }
    }

    /// Whether all rows have the same metric name, or none, so that they differ in other labels.
    private func hasOneName(_ expression: Expression) -> Bool {
        switch expression {
        case .vectorSelector(let selector):
            return selector.matchers.contains { $0.name == LabelSet.metricNameLabel && $0.operation == .equal }
        case .rangeSelector(let range): return hasOneName(.vectorSelector(range.selector))
        case .parentheses(let parentheses): return hasOneName(parentheses.inner)
        case .unary(let operation): return operation.isNegative || hasOneName(operation.operand)
        case .subquery(let subquery): return hasOneName(subquery.expression)
        case .binary(let operation):
            guard operation.isElementwise, let operand = operation.vectorOperand else { return false }
            return operation.dropsName || hasOneName(operand)
        case .call(let call):
            guard call.isElementwise, let operand = call.mainOperand else { return false }
            return !call.keepsName || hasOneName(operand)
        case .number, .string, .aggregation: return false
        }
    }
}

extension LabelSet {
    /// Without the metric's name, and without its type and unit, which stand in labels where a scraper puts them there.
    var withoutMetadata: LabelSet {
        filterPairs { !LabelBytes.isMetadata($0.name) }
    }
}

extension LabelBytes {
    /// Labels that say what is measured, rather than where: they go as soon as something else is made of a metric.
    static let metadata = [LabelSet.metricNameLabel, "__type__", "__unit__"]

    static func isMetadata(_ name: UnsafeRawBufferPointer) -> Bool {
        guard name.count == 8, name[0] == UInt8(ascii: "_") else { return false }
        return isMetricNameLabel(name) || name.elementsEqual("__type__".utf8) || name.elementsEqual("__unit__".utf8)
    }
}
