/// Tells what rules there are and how they stand: the port between the evaluation of rules and those who show them.
public protocol RuleReporting: Sendable {
    /// Every group, in the order of the files and inside of a file in its order.
    func ruleGroups() async -> [RuleGroupReport]
}

/// There are no rules.
public struct NoRules: RuleReporting {
    public init() {}

    public func ruleGroups() async -> [RuleGroupReport] { [] }
}
