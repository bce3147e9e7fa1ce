import Foundation
import PostwatchModel

/// Arithmetic, comparisons and set operators.
extension Evaluator {
    func evaluate(_ operation: BinaryOperation) throws(QueryFailure) -> Operand {
        let left = try evaluate(operation.left)
        let right = try evaluate(operation.right)
        switch (left, right) {
        case (.scalar(let left), .scalar(let right)):
            // The parser lets scalars be compared with `bool` only, so there is always a value.
            return .scalar((0..<grid.count).map { operation.compute(left[$0], right[$0]) })
        case (.vector(let rows), .scalar(let scalar)):
            return .vector(try combine(rows, operation) { value, step in operation.apply(value, scalar[step], kept: value) })
        case (.scalar(let scalar), .vector(let rows)):
            return .vector(try combine(rows, operation) { value, step in operation.apply(scalar[step], value, kept: value) })
        case (.vector(let left), .vector(let right)):
            switch operation.operation {
            case .and: return .vector(intersection(left, right, operation.matching, keepingShared: true))
            case .unless: return .vector(intersection(left, right, operation.matching, keepingShared: false))
            case .or: return .vector(try union(left, right, operation.matching))
            default: return .vector(try matched(left, right, operation))
            }
        default: preconditionFailure("the parser lets only scalars and instant vectors be combined")
        }
    }

    // MARK: - Private

    private func combine(
        _ rows: [Row], _ operation: BinaryOperation, _ change: (Double, Int) -> Double
    ) throws(QueryFailure) -> [Row] {
        try mapped(rows, keepingName: !operation.dropsName, change).filter { !$0.isEmpty }
    }

    // MARK: Set operators

    /// `and` when `keepingShared`, else `unless`.
    private func intersection(
        _ left: [Row], _ right: [Row], _ matching: BinaryOperation.Matching, keepingShared: Bool
    ) -> [Row] {
        let presence = presence(of: right, matching)
        return left.compactMap { row in
            let shared = presence[matching.signature(of: row.labels)]
            var kept = row
            for step in 0..<grid.count where (shared?[step] ?? false) != keepingShared { kept.values[step] = Row.absent }
            return kept.isEmpty ? nil : kept
        }
    }

    private func union(_ left: [Row], _ right: [Row], _ matching: BinaryOperation.Matching) throws(QueryFailure) -> [Row] {
        let presence = presence(of: left, matching)
        var rows = left
        for row in right {
            var added = row
            if let shared = presence[matching.signature(of: row.labels)] {
                for step in 0..<grid.count where shared[step] { added.values[step] = Row.absent }
            }
            if !added.isEmpty { rows.append(added) }
        }
        return try joined(rows)
    }

    /// For each signature the steps at which some row has a value.
    private func presence(of rows: [Row], _ matching: BinaryOperation.Matching) -> [LabelSet: [Bool]] {
        var presence: [LabelSet: [Bool]] = [:]
        for row in rows {
            let signature = matching.signature(of: row.labels)
            var steps = presence.removeValue(forKey: signature) ?? Array(repeating: false, count: grid.count)
            for step in 0..<grid.count where !row.values[step].isAbsent { steps[step] = true }
            presence[signature] = steps
        }
        return presence
    }

    // MARK: Arithmetic and comparisons between vectors

    /// The rows of the "one" side that share a signature: which of them has the value at each step.
    private struct Partner {
        var rowAtStep: [Int32]
    }

    private func matched(_ left: [Row], _ right: [Row], _ operation: BinaryOperation) throws(QueryFailure) -> [Row] {
        let matching = operation.matching
        let isSwapped: Bool
        let include: [String]
        switch matching.cardinality {
        case .oneToOne: (isSwapped, include) = (false, [])
        case .manyToOne(let labels): (isSwapped, include) = (false, labels)
        case .oneToMany(let labels): (isSwapped, include) = (true, labels)
        }
        let many = isSwapped ? right : left
        let one = isSwapped ? left : right
        let partners = try partners(one, operation, side: isSwapped ? "left" : "right")
        // At which steps a signature already met its partner: in one-to-one matching that may happen once, even if a comparison filters it.
        var taken: [LabelSet: [Bool]] = [:]
        var results: [Row] = []
        for row in many {
            let signature = matching.signature(of: row.labels)
            guard let partner = partners[signature] else { continue }
            var steps =
                matching.cardinality == .oneToOne ? taken.removeValue(forKey: signature) ?? Array(repeating: false, count: grid.count) : []
            // Included labels may differ between partners that take turns, so results are kept per partner.
            var byPartner: [Int32: Row] = [:]
            for step in 0..<grid.count {
                let index = partner.rowAtStep[step]
                guard index >= 0, !row.values[step].isAbsent else { continue }
                let other = one[Int(index)].values[step]
                let value =
                    isSwapped
                    ? operation.apply(other, row.values[step], kept: other)
                    : operation.apply(row.values[step], other, kept: row.values[step])
                if matching.cardinality == .oneToOne {
                    guard !steps[step] else {
                        throw .execution(
                            "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)")
                    }
                    steps[step] = true
                }
                guard !value.isAbsent else { continue }
                byPartner[index, default: Row(labels: LabelSet(), values: Array(repeating: Row.absent, count: grid.count))].values[step] =
                    value
            }
            if matching.cardinality == .oneToOne { taken[signature] = steps }
            for (index, found) in byPartner {
                let labels = operation.resultLabels(row.labels, one[Int(index)].labels, include: include)
                results.append(Row(labels: labels, values: found.values))
            }
        }
        return try joined(results)
    }

    private func partners(
        _ rows: [Row], _ operation: BinaryOperation, side: String
    ) throws(QueryFailure) -> [LabelSet: Partner] {
        var partners: [LabelSet: Partner] = [:]
        for (index, row) in rows.enumerated() {
            let signature = operation.matching.signature(of: row.labels)
            var partner = partners.removeValue(forKey: signature) ?? Partner(rowAtStep: Array(repeating: -1, count: grid.count))
            for step in 0..<grid.count where !row.values[step].isAbsent {
                guard partner.rowAtStep[step] < 0 else {
                    let first = rows[Int(partner.rowAtStep[step])].labels
                    throw .execution(
                        "found duplicate series for the match group \(signature.listText) on the \(side) hand-side of the operation: "
                            + "[\(first.listText), \(row.labels.listText)];"
                            + "many-to-many matching not allowed: matching labels must be unique on one side")
                }
                partner.rowAtStep[step] = Int32(index)
            }
            partners[signature] = partner
        }
        return partners
    }
}

extension LabelSet {
    /// `{__name__="metric", label="x"}`, as messages about matching write it.
    fileprivate var listText: String {
        "{" + labels.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ", ") + "}"
    }
}

extension BinaryOperation.Matching {
    /// The labels that must agree.
    fileprivate func signature(of set: LabelSet) -> LabelSet {
        isOn ? set.filter(labels.contains) : set.filter { $0 != LabelSet.metricNameLabel && !labels.contains($0) }
    }
}

extension BinaryOperation {
    /// Arithmetic makes something else of a metric, and so does turning it into 0 or 1.
    fileprivate var dropsName: Bool { !operation.isComparison || returnsBool }

    fileprivate func resultLabels(_ many: LabelSet, _ one: LabelSet, include: [String]) -> LabelSet {
        var labels = dropsName ? many.withoutMetricName : many
        if matching.cardinality == .oneToOne {
            labels = matching.isOn ? labels.filter(matching.labels.contains) : labels.filter { !matching.labels.contains($0) }
        }
        for label in include { labels[label] = one[label] }
        return labels
    }

    /// The result, `Row.absent` where a comparison filters. `kept` is what a comparison that holds yields.
    fileprivate func apply(_ left: Double, _ right: Double, kept: Double) -> Double {
        let value = compute(left, right)
        guard operation.isComparison && !returnsBool else { return value }
        return value == 1 ? kept : Row.absent
    }

    /// Arithmetic; comparisons give 0 or 1.
    fileprivate func compute(_ left: Double, _ right: Double) -> Double {
        switch operation {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        case .divide: left / right
        case .modulo: fmod(left, right)
        case .power: pow(left, right)
        case .arcTangent: atan2(left, right)
        case .equal: left == right ? 1 : 0
        case .notEqual: left != right ? 1 : 0
        case .less: left < right ? 1 : 0
        case .lessOrEqual: left <= right ? 1 : 0
        case .greater: left > right ? 1 : 0
        case .greaterOrEqual: left >= right ? 1 : 0
        case .and, .or, .unless: preconditionFailure("set operators have no arithmetic")
        }
    }
}
