import PostwatchModel

/// `sum`, `topk` and their kind.
extension Evaluator {
    func evaluate(_ aggregation: Aggregation) throws(QueryFailure) -> [Row] {
        switch aggregation.operation {
        case .countValues: return try countValues(aggregation)
        case .topk, .bottomk: return try ranked(aggregation)
        case .limitK, .limitRatio: return try limited(aggregation)
        case .quantile: return try quantiles(aggregation)
        case .sum, .avg, .min, .max, .count, .group, .stddev, .stdvar:
            var fold = GroupFold(aggregation, steps: grid.count)
            try add(rowsOf: aggregation, to: &fold)
            return fold.finish(in: self)
        }
    }

    /// Adds the operand's rows, one after the other.
    func add(rowsOf aggregation: Aggregation, to fold: inout GroupFold) throws(QueryFailure) {
        var added = 0
        try forEachRow(of: aggregation.operand) { (row) throws(QueryFailure) in
            fold.add(row, in: self)
            added += 1
            if added & 0x3FF == 0 { try checkSize(series: fold.groupCount) }
        }
    }

    // MARK: - Private

    private func parameter(_ aggregation: Aggregation) throws(QueryFailure) -> [Double] {
        guard let parameter = aggregation.parameter else { preconditionFailure("\(aggregation.operation.rawValue) has a parameter") }
        return try scalar(parameter)
    }

    /// Rows by group, groups in the order in which they first appear.
    private func groups(_ aggregation: Aggregation) throws(QueryFailure) -> (labels: [LabelSet], members: [[Row]]) {
        var table = GroupTable(aggregation.grouping)
        var members: [[Row]] = []
        for row in try vector(aggregation.operand) {
            let group = table.group(of: row.labels)
            if group == members.count { members.append([]) }
            members[group].append(row)
        }
        return (table.labels, members)
    }

    private func quantiles(_ aggregation: Aggregation) throws(QueryFailure) -> [Row] {
        let quantiles = try parameter(aggregation)
        for quantile in quantiles where !(quantile >= 0 && quantile <= 1) { warnInvalidQuantile(quantile, of: aggregation) }
        let (labels, members) = try groups(aggregation)
        return zip(labels, members).map { labels, members in
            var row = Row(labels: labels, steps: grid.count)
            row.losesName = members.contains(where: \.losesName)
            var values: [Double] = []
            for step in 0..<grid.count {
                values.removeAll(keepingCapacity: true)
                for member in members where member.isPresent(step) {
                    if member.histogram(step) != nil { ignoreHistogram(in: aggregation) } else { values.append(member.values[step]) }
                }
                if !values.isEmpty { row.values[step] = values.quantile(quantiles[step]) }
            }
            return row
        }
    }

    /// The k largest or smallest of each group keep their labels and, in an instant query, come in order.
    private func ranked(_ aggregation: Aggregation) throws(QueryFailure) -> [Row] {
        let counts = try counts(aggregation)
        let isTop = aggregation.operation == .topk
        var results: [Row] = []
        for members in try groups(aggregation).members {
            var kept: [Int: Row] = [:]
            var order: [Int] = []
            for step in 0..<grid.count {
                var ranking = Ranking(limit: counts[step], isTop: isTop)
                for (number, member) in members.enumerated() where member.isPresent(step) {
                    if member.histogram(step) != nil {
                        ignoreHistogram(in: aggregation, at: aggregation.range)
                    } else {
                        ranking.add(number, member.values[step])
                    }
                }
                for number in ranking.inOrder() {
                    if kept[number] == nil {
                        var row = Row(labels: members[number].labels, steps: grid.count)
                        row.losesName = members[number].losesName
                        kept[number] = row
                        order.append(number)
                    }
                    kept[number]?.values[step] = members[number].values[step]
                }
            }
            results += order.compactMap { kept[$0] }
        }
        return results
    }

    /// Any k elements of each group, or a share of them that a row's labels decide.
    private func limited(_ aggregation: Aggregation) throws(QueryFailure) -> [Row] {
        if aggregation.operation == .limitRatio { return try sampled(aggregation) }
        let counts = try counts(aggregation)
        var results: [Row] = []
        for members in try groups(aggregation).members {
            var given = Array(repeating: 0, count: grid.count)
            for var row in members {
                for step in 0..<grid.count where row.isPresent(step) {
                    if given[step] < counts[step] { given[step] += 1 } else { row.clear(step) }
                }
                if !row.isEmpty { results.append(row) }
            }
        }
        return results
    }

    private func sampled(_ aggregation: Aggregation) throws(QueryFailure) -> [Row] {
        let ratios = try parameter(aggregation)
        for ratio in ratios {
            if ratio.isNaN { throw .execution("Ratio value is NaN") }
            if abs(ratio) > 1 {
                notes.warn(
                    "PromQL warning: ratio value should be between -1 and 1, got \(ratio.prometheusText), capping to "
                        + "\(ratio > 0 ? "1" : "-1") " + context.text.position(of: aggregation.range))
            }
        }
        return try vector(aggregation.operand).compactMap { row in
            // The same row is always on the same side, and a ratio and its complement together give everything.
            let place = row.labels.place
            var row = row
            for step in 0..<grid.count {
                let ratio = max(-1, min(1, ratios[step]))
                if !(ratio >= 0 ? place < ratio : place >= 1 + ratio) { row.clear(step) }
            }
            return row.isEmpty ? nil : row
        }
    }

    private func countValues(_ aggregation: Aggregation) throws(QueryFailure) -> [Row] {
        guard let parameter = aggregation.parameter else { preconditionFailure("count_values has a label") }
        let label = try string(parameter)
        guard !label.isEmpty, !label.unicodeScalars.contains("\u{FFFD}") else { throw .execution("invalid label name \"\(label)\"") }
        let projection = LabelProjection(aggregation.grouping)
        var indices: [LabelSet: Int] = [:]
        var rows: [Row] = []
        for row in try vector(aggregation.operand) {
            let key = projection(row.labels)
            for step in 0..<grid.count {
                guard let element = row.element(step) else { continue }
                var labels = key
                labels[label] = element.text
                let index = indices[labels] ?? rows.count
                if index == rows.count {
                    indices[labels] = index
                    rows.append(Row(labels: labels, steps: grid.count))
                }
                rows[index].values[step] = rows[index].values[step].isAbsent ? 1 : rows[index].values[step] + 1
            }
        }
        return rows
    }

    /// How many elements each step may have.
    private func counts(_ aggregation: Aggregation) throws(QueryFailure) -> [Int] {
        let values = try parameter(aggregation)
        if values.contains(where: \.isNaN) { throw .execution("Parameter value is NaN") }
        if let value = values.first(where: { abs($0) >= 0x1p63 }) {
            throw .execution("Scalar value \(value.prometheusText) \(value < 0 ? "under" : "over")flows int64")
        }
        return values.map { max(0, Int($0)) }
    }

    private func warnInvalidQuantile(_ quantile: Double, of aggregation: Aggregation) {
        notes.warn(
            "PromQL warning: quantile value should be between 0 and 1, got \(quantile.prometheusText) "
                + context.text.position(of: aggregation.parameter?.range ?? aggregation.range))
    }

    func ignoreHistogram(in aggregation: Aggregation, at range: SourceRange? = nil) {
        report(.ignoredInAggregation(name: aggregation.operation.rawValue), metricName: "", at: range ?? aggregation.operand.range)
    }
}

extension LabelSet {
    /// Where these labels stand between 0 and 1: evenly for many, and the same as in Prometheus, whose hash is over names and values, each
    /// behind its length.
    fileprivate var place: Double {
        var bytes: [UInt8] = []
        forEachPair { pair in
            for text in [pair.name, pair.value] {
                if text.count < 255 {
                    bytes.append(UInt8(text.count))
                } else {
                    bytes += [255, UInt8(truncatingIfNeeded: text.count), UInt8(truncatingIfNeeded: text.count >> 8)]
                    bytes.append(UInt8(truncatingIfNeeded: text.count >> 16))
                }
                bytes += text
            }
        }
        return Double(XXHash64.hash(bytes)) / Double(UInt64.max)
    }
}

extension Element {
    /// As a label's value.
    fileprivate var text: String {
        switch self {
        case .number(let value): value.prometheusText
        case .histogram(let histogram): histogram.text
        }
    }
}
