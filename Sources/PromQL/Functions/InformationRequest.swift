import PostwatchModel

/// What a call of `info()` wants to know.
struct InformationRequest {
    /// The information metrics.
    let selector: VectorSelector
    /// Whether a series may stay without information: no condition asks for a label that must be there.
    let mayBeAbsent: Bool
    /// The labels that are wanted; all when empty.
    private let wanted: Set<String>

    /// `nil` for other functions.
    init?(_ call: FunctionCall) {
        guard call.name == "info" else { return nil }
        var matchers: [LabelMatcher] = []
        if call.arguments.count > 1, case .vectorSelector(let selector) = call.arguments[1].withoutParentheses {
            matchers = selector.matchers
        }
        let conditions = matchers.filter { $0.name != LabelSet.metricNameLabel }
        wanted = Set(conditions.map(\.name))
        mayBeAbsent = conditions.allSatisfy { $0.matches("") }
        selector = VectorSelector(matchers: matchers + Self.defaultNames(beside: matchers), range: call.range)
    }

    /// Whether a series is information itself: it gets no labels from other information.
    func isInformation(_ labels: LabelSet) -> Bool {
        selector.matchers.allSatisfy { $0.name != LabelSet.metricNameLabel || $0.matches(labels.metricName) }
    }

    func includes(_ label: String) -> Bool {
        label != LabelSet.metricNameLabel && (wanted.isEmpty || wanted.contains(label))
    }

    // MARK: - Private

    /// Conditions on the name that go without saying: `target_info`, or any name of that kind when some are excluded.
    private static func defaultNames(beside matchers: [LabelMatcher]) -> [LabelMatcher] {
        let names = matchers.filter { $0.name == LabelSet.metricNameLabel }
        if names.isEmpty { return [LabelMatcher(LabelSet.metricNameLabel, equals: "target_info")] }
        if names.contains(where: { $0.operation == .equal || $0.operation == .matches }) { return [] }
        return [anyInformation].compactMap(\.self)
    }

    /// The pattern is valid, so that there is one.
    private static let anyInformation = try? LabelMatcher(LabelSet.metricNameLabel, .matches, ".+_info")
}
