import PostwatchModel

/// `sum`, `topk` and their kind.
extension Evaluator {
    func evaluate(_ aggregation: Aggregation) throws(QueryFailure) -> [Row] {
        let rows = try vector(aggregation.operand)
        switch aggregation.operation {
        case .countValues:
            guard let parameter = aggregation.parameter else { preconditionFailure("count_values has a label") }
            return try countValues(rows, aggregation.grouping, label: try string(parameter))
        case .topk, .bottomk:
            guard let parameter = aggregation.parameter else { preconditionFailure("topk has a count") }
            return try ranked(rows, aggregation, counts: try scalar(parameter))
        case .sum, .avg, .min, .max, .count, .group, .stddev, .stdvar, .quantile:
            let parameter: [Double]
            if let expression = aggregation.parameter {
                parameter = try scalar(expression)
            } else {
                parameter = Array(repeating: 0, count: grid.count)
            }
            return folded(rows, aggregation, parameter)
        }
    }

    // MARK: - Private

    /// Row numbers by group, groups in the order in which they first appear.
    private func groups(_ rows: [Row], _ grouping: Aggregation.Grouping) -> [(labels: LabelSet, members: [Int])] {
        var indices: [LabelSet: Int] = [:]
        var groups: [(labels: LabelSet, members: [Int])] = []
        for (number, row) in rows.enumerated() {
            let key = grouping.key(of: row.labels)
            if let index = indices[key] {
                groups[index].members.append(number)
            } else {
                indices[key] = groups.count
                groups.append((key, [number]))
            }
        }
        return groups
    }

    private func folded(_ rows: [Row], _ aggregation: Aggregation, _ parameter: [Double]) -> [Row] {
        groups(rows, aggregation.grouping).map { group in
            var row = Row(labels: group.labels, values: Array(repeating: Row.absent, count: grid.count))
            var values: [Double] = []
            for step in 0..<grid.count {
                values.removeAll(keepingCapacity: true)
                for member in group.members where !rows[member].values[step].isAbsent { values.append(rows[member].values[step]) }
                if !values.isEmpty { row.values[step] = aggregation.operation.fold(values, parameter[step]) }
            }
            return row
        }
    }

    /// The k largest or smallest of each group keep their labels and, in an instant query, come in order.
    private func ranked(_ rows: [Row], _ aggregation: Aggregation, counts: [Double]) throws(QueryFailure) -> [Row] {
        guard !counts.contains(where: \.isNaN) else { throw .execution("Parameter value is NaN") }
        var results: [Row] = []
        for group in groups(rows, aggregation.grouping) {
            var kept: [Int: Row] = [:]
            var order: [Int] = []
            for step in 0..<grid.count {
                // NaN is neither large nor small: it comes last.
                let members = group.members.filter { !rows[$0].values[step].isAbsent }.sorted { first, second in
                    let (first, second) = (rows[first].values[step], rows[second].values[step])
                    if first.isNaN || second.isNaN { return !first.isNaN && second.isNaN }
                    return aggregation.operation == .topk ? first > second : first < second
                }
                let count = Int(max(0, min(counts[step], Double(members.count))))
                for member in members.prefix(count) {
                    if kept[member] == nil {
                        kept[member] = Row(labels: rows[member].labels, values: Array(repeating: Row.absent, count: grid.count))
                        order.append(member)
                    }
                    kept[member]?.values[step] = rows[member].values[step]
                }
            }
            results += order.compactMap { kept[$0] }
        }
        return results
    }

    private func countValues(_ rows: [Row], _ grouping: Aggregation.Grouping, label: String) throws(QueryFailure) -> [Row] {
        guard !label.isEmpty, !label.unicodeScalars.contains("\u{FFFD}") else { throw .execution("invalid label name \"\(label)\"") }
        var counts: [LabelSet: [Double]] = [:]
        for row in rows {
            let key = grouping.key(of: row.labels)
            for step in 0..<grid.count where !row.values[step].isAbsent {
                var labels = key
                labels[label] = row.values[step].prometheusText
                let count = counts[labels]?[step] ?? Row.absent
                counts[labels, default: Array(repeating: Row.absent, count: grid.count)][step] = count.isAbsent ? 1 : count + 1
            }
        }
        return counts.map { Row(labels: $0.key, values: $0.value) }
    }
}

extension Aggregation.Grouping {
    fileprivate func key(of set: LabelSet) -> LabelSet {
        switch self {
        case .by(let labels): labels.isEmpty ? LabelSet() : set.filter(labels.contains)
        case .without(let labels): set.filter { $0 != LabelSet.metricNameLabel && !labels.contains($0) }
        }
    }
}

extension Aggregation.Operator {
    /// One value of at least one.
    fileprivate func fold(_ values: [Double], _ parameter: Double) -> Double {
        switch self {
        case .sum: values.compensatedSum
        case .avg: values.mean
        case .min: values.smallest
        case .max: values.largest
        case .count: Double(values.count)
        case .group: 1
        case .stddev: values.variance.squareRoot()
        case .stdvar: values.variance
        case .quantile: values.quantile(parameter)
        case .topk, .bottomk, .countValues: preconditionFailure("\(rawValue) keeps or makes labels")
        }
    }
}
