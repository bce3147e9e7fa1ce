import PostwatchModel

/// Label → numbers of the series that carry it: answers equality matchers without looking at any series.
struct LabelIndex: Sendable {
    /// Rising, since series are added in the order of their numbers.
    private var numbers: [LabelSet.Label: [Int]] = [:]

    mutating func add(_ labels: LabelSet, number: Int) {
        for label in labels.labels { numbers[label, default: []].append(number) }
    }

    /// A superset of the series that satisfy `matchers`; `nil` when they do not narrow the search.
    func candidates(for matchers: [LabelMatcher]) -> [Int]? {
        let lists =
            matchers
            .filter { $0.operation == .equal && !$0.value.isEmpty }
            .map { numbers[LabelSet.Label(name: $0.name, value: $0.value)] ?? [] }
        return lists.min { $0.count < $1.count }
    }
}
