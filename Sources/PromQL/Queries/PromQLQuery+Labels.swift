import PostwatchModel

extension PromQLQuery {
    /// The labels that a bare selector asks for by `=`, the metric's name included: how tests write a series. Empty for other queries.
    public var selectedLabels: LabelSet {
        guard case .vectorSelector(let selector) = expression else { return LabelSet() }
        return LabelSet(selector.matchers.filter { $0.operation == .equal }.map { ($0.name, $0.value) })
    }
}
