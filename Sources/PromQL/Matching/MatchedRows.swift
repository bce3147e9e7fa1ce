import PostwatchModel

/// What comes of rows that met a partner, with the labels that the operation gives it.
struct MatchedRows {
    /// One row's meetings: what came of them with each partner. Nearly always there is one partner for all steps.
    struct Meetings {
        fileprivate struct Meeting {
            /// The partner's number.
            let partner: Int32
            var row: Row
            /// At which steps the two met, whether or not something came of it.
            var steps: [Bool]
        }

        fileprivate var found: [Meeting] = []

        mutating func add(_ result: Element?, _ step: Int, partner: Int32, of count: Int) {
            let index = found.lastIndex { $0.partner == partner } ?? found.count
            if index == found.count {
                found.append(Meeting(partner: partner, row: Row(steps: count), steps: Array(repeating: false, count: count)))
            }
            found[index].steps[step] = true
            if let result { found[index].row.set(result, step) }
        }
    }

    /// Elements of one place may meet a partner once per step: of a signature in one-to-one matching, else of the result's labels in it.
    private struct Place: Hashable {
        let signature: LabelSet
        let labels: LabelSet
    }

    /// Their labels may be equal.
    private(set) var rows: [Row] = []
    private var taken: [Place: [Bool]] = [:]
    private let operation: BinaryOperation
    private let delaysNameRemoval: Bool

    init(of operation: BinaryOperation, in evaluator: Evaluator) {
        self.operation = operation
        delaysNameRemoval = evaluator.context.delaysNameRemoval
    }

    /// Adds what came of one row's meetings. Throws when somebody else met the same partner at the same time and may not.
    mutating func add(
        _ meetings: Meetings, of own: Row, signature: LabelSet, labelsOf: (Int32) -> LabelSet
    ) throws(QueryFailure) {
        for meeting in meetings.found {
            var row = meeting.row
            row.labels = labels(own.labels, labelsOf(meeting.partner), signature)
            row.losesName = delaysNameRemoval && (operation.returnsBool || (own.losesName && !operation.operation.isArithmetic))
            try take(meeting.steps, signature, row.labels)
            if !row.isEmpty { rows.append(row) }
        }
    }

    // MARK: - Private

    private mutating func take(_ steps: [Bool], _ signature: LabelSet, _ labels: LabelSet) throws(QueryFailure) {
        let isOneToOne = operation.matching.cardinality == .oneToOne
        let place = Place(signature: signature, labels: isOneToOne ? LabelSet() : labels)
        guard var known = taken.removeValue(forKey: place) else {
            taken[place] = steps
            return
        }
        for step in steps.indices where steps[step] {
            guard !known[step] else {
                throw .execution(
                    "multiple matches for labels: "
                        + (isOneToOne
                            ? "many-to-one matching must be explicit (group_left/group_right)"
                            : "grouping labels must ensure unique matches"))
            }
            known[step] = true
        }
        taken[place] = known
    }

    private func labels(_ many: LabelSet, _ one: LabelSet, _ signature: LabelSet) -> LabelSet {
        let matching = operation.matching
        // The name that a comparison with `bool` takes away may wait until the query ends; arithmetic makes a new thing at once.
        let dropsMetadata = operation.operation.isArithmetic || (operation.returnsBool && !delaysNameRemoval)
        if matching.cardinality == .oneToOne {
            if matching.isOn || dropsMetadata { return signature }
            let named = Set(matching.labels)
            return named.isEmpty ? many : many.filter { !named.contains($0) }
        }
        var labels = dropsMetadata ? many.withoutMetadata : many
        for label in matching.cardinality.includedLabels { labels[label] = one[label] }
        return labels
    }
}

extension VectorMatching {
    var isOneToMany: Bool {
        if case .oneToMany = cardinality { true } else { false }
    }
}
