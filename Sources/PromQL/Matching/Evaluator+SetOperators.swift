import PostwatchModel

/// `and`, `or` and `unless`.
extension Evaluator {
    /// `and` when `keepingShared`, else `unless`.
    func intersection(_ left: [Row], _ right: [Row], _ matching: VectorMatching, keepingShared: Bool) -> [Row] {
        let signature = LabelProjection(matching)
        let presence = presence(of: right, signature)
        return left.compactMap { row in
            let shared = presence[signature(row.labels)]
            var kept = row
            for step in kept.values.indices where (shared?[step] ?? false) != keepingShared { kept.clear(step) }
            return kept.isEmpty ? nil : kept
        }
    }

    func union(_ left: [Row], _ right: [Row], _ matching: VectorMatching) throws(QueryFailure) -> [Row] {
        let signature = LabelProjection(matching)
        let presence = presence(of: left, signature)
        var rows = left
        for row in right {
            var added = row
            if let shared = presence[signature(row.labels)] {
                for step in added.values.indices where shared[step] { added.clear(step) }
            }
            if !added.isEmpty { rows.append(added) }
        }
        return try joined(rows)
    }

    // MARK: - Private

    /// For each signature the steps at which some row has a value.
    private func presence(of rows: [Row], _ signature: LabelProjection) -> [LabelSet: [Bool]] {
        var presence: [LabelSet: [Bool]] = [:]
        for row in rows {
            let key = signature(row.labels)
            var steps = presence.removeValue(forKey: key) ?? Array(repeating: false, count: grid.count)
            for step in 0..<grid.count where row.isPresent(step) { steps[step] = true }
            presence[key] = steps
        }
        return presence
    }
}
