import PostwatchModel

/// The last evaluation of every rule, and the latest of those that changed the state of an alert.
public struct ExplanationBook: Sendable {
    private struct Key: Hashable {
        let group: String
        let rule: Int
    }

    /// So many changes of each rule are kept. Default: 50.
    private let changeLimit: Int
    private var last: [Key: RuleExplanation] = [:]
    private var changes: [Key: [RuleExplanation]] = [:]

    public init(changeLimit: Int = 50) {
        self.changeLimit = changeLimit
    }

    public mutating func note(_ explanation: RuleExplanation, ofRule index: Int, inGroup group: String) {
        let key = Key(group: group, rule: index)
        // One that was made up for may come behind a later one.
        if last[key].map({ $0.evaluatedAt <= explanation.evaluatedAt }) ?? true { last[key] = explanation }
        guard explanation.isChange else { return }
        let place = changes[key]?.lastIndex { $0.evaluatedAt <= explanation.evaluatedAt }.map { $0 + 1 } ?? 0
        changes[key, default: []].insert(explanation, at: place)
        let surplus = changes[key, default: []].count - changeLimit
        if surplus > 0 { changes[key]?.removeFirst(surplus) }
    }

    public func last(ofRule index: Int, inGroup group: String) -> RuleExplanation? { last[Key(group: group, rule: index)] }

    /// Newest first.
    public func changes(ofRule index: Int, inGroup group: String) -> [RuleExplanation] {
        (changes[Key(group: group, rule: index)] ?? []).reversed()
    }
}
