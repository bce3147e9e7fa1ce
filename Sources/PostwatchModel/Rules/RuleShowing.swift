/// Shows how rules stand and why: the port between the evaluation of rules and the API, the pages and the command line.
public protocol RuleShowing: Sendable {
    /// In the order of the configuration.
    func ruleGroups() -> [RuleGroupStatus]

    /// The last evaluation of a rule, by its place in its group; `nil` before the first, or when there is no such rule.
    func lastExplanation(ofRule index: Int, inGroup group: String) -> RuleExplanation?

    /// The evaluations that changed the state of one of a rule's alerts, newest first; as many as are kept.
    func changes(ofRule index: Int, inGroup group: String) -> [RuleExplanation]
}
