import PostwatchModel

/// Arithmetic and comparisons between vectors.
extension Evaluator {
    func evaluate(_ operation: BinaryOperation) throws(QueryFailure) -> Operand {
        if operation.type == .scalar { return .scalar(try scalars(of: operation)) }
        let left = try vector(operation.left)
        let right = try vector(operation.right)
        switch operation.operation {
        case .and: return .vector(intersection(left, right, operation.matching, keepingShared: true))
        case .unless: return .vector(intersection(left, right, operation.matching, keepingShared: false))
        case .or: return .vector(try union(left, right, operation.matching))
        default: return .vector(try matched(left, right, operation))
        }
    }

    // MARK: - Private

    private func matched(_ left: [Row], _ right: [Row], _ operation: BinaryOperation) throws(QueryFailure) -> [Row] {
        let isSwapped = operation.matching.isOneToMany
        let (many, one) = isSwapped ? (right, left) : (left, right)
        let signature = LabelProjection(operation.matching)
        // With `group_right` too, `fill_left` stands for the side with many elements, as in Prometheus.
        let (missingMany, missingOne) = (operation.matching.fill.left?.value, operation.matching.fill.right?.value)
        // Where nothing can be met, nobody minds that several could have been.
        let isWanted = (0..<grid.count).map { step in missingMany != nil || missingOne != nil || many.contains { $0.isPresent(step) } }
        var partners = try partners(one, signature, at: isWanted, side: isSwapped ? "left" : "right")
        var results = MatchedRows(of: operation, in: self)
        for row in many {
            let key = signature(row.labels)
            let partner = partners[key]
            if partner == nil && missingOne == nil { continue }
            var meetings = MatchedRows.Meetings()
            for step in 0..<grid.count {
                guard let own = row.element(step) else { continue }
                let index = partner?.rowAtStep[step] ?? -1
                guard let other = index >= 0 ? one[Int(index)].element(step) : missingOne.map(Element.number) else { continue }
                if index >= 0, missingMany != nil { partners[key]?.isMet[step] = true }
                let result = isSwapped ? combine(operation, other, own, kept: other) : combine(operation, own, other, kept: own)
                meetings.add(result, step, partner: index, of: grid.count)
            }
            try results.add(meetings, of: row, signature: key) { $0 >= 0 ? one[Int($0)].labels : key }
        }
        guard let missingMany else { return try joined(results.rows) }
        for (key, partner) in partners {
            var meetings = MatchedRows.Meetings()
            for step in 0..<grid.count where partner.rowAtStep[step] >= 0 && !partner.isMet[step] {
                let index = partner.rowAtStep[step]
                guard let other = one[Int(index)].element(step) else { continue }
                let own = Element.number(missingMany)
                let result = isSwapped ? combine(operation, other, own, kept: other) : combine(operation, own, other, kept: own)
                meetings.add(result, step, partner: index, of: grid.count)
            }
            try results.add(meetings, of: Row(labels: key, values: []), signature: key) { one[Int($0)].labels }
        }
        return try joined(results.rows)
    }

    /// The rows of the "one" side that share a signature.
    private struct Partner {
        /// Which of them has the value at each step; -1 for none.
        var rowAtStep: [Int32]
        /// At which steps somebody met it. Kept only where what is missing is filled in.
        var isMet: [Bool]
    }

    private func partners(
        _ rows: [Row], _ signature: LabelProjection, at isWanted: [Bool], side: String
    ) throws(QueryFailure) -> [LabelSet: Partner] {
        var partners: [LabelSet: Partner] = [:]
        for (index, row) in rows.enumerated() {
            let key = signature(row.labels)
            var partner =
                partners.removeValue(forKey: key)
                ?? Partner(rowAtStep: Array(repeating: -1, count: grid.count), isMet: Array(repeating: false, count: grid.count))
            for step in 0..<grid.count where isWanted[step] && row.isPresent(step) {
                guard partner.rowAtStep[step] < 0 else {
                    let both = [rows[Int(partner.rowAtStep[step])].labels, row.labels].sorted { $0.isListed(before: $1) }
                    throw .execution(
                        "found duplicate series for the match group \(key.listText) on the \(side) hand-side of the operation: "
                            + "[\(both[0].listText), \(both[1].listText)];"
                            + "many-to-many matching not allowed: matching labels must be unique on one side")
                }
                partner.rowAtStep[step] = Int32(index)
            }
            partners[key] = partner
        }
        return partners
    }
}

extension LabelSet {
    /// `{__name__="metric", label="x"}`, as messages about matching write it.
    var listText: String {
        "{" + labels.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ", ") + "}"
    }
}
