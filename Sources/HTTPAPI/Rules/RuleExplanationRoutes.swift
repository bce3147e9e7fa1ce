import Hummingbird
import PostwatchModel

/// Why rules came to what they did, and which of them can do nothing: `GET /api/v1/rules/explanations` and `GET /api/v1/rules/findings`.
///
/// Postwatch's own. Both take `rule_group[]` and `rule_name[]` as `/api/v1/rules` does.
public struct RuleExplanationRoutes: Sendable {
    private let rules: any RuleShowing
    private let findings: @Sendable () -> [RuleFindingReport]

    public init(rules: any RuleShowing, findings: @escaping @Sendable () -> [RuleFindingReport]) {
        self.rules = rules
        self.findings = findings
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.answer("/api/v1/rules/explanations", [.get]) { parameters, _ in
            let showsChanges = try parameters.flag("changes")
            return try .prometheus(explanations(Choice(parameters), showsChanges: showsChanges))
        }
        router.answer("/api/v1/rules/findings", [.get]) { parameters, _ in
            let choice = Choice(parameters)
            return try .prometheus(findings().filter { choice.isWanted(group: $0.group, rule: $0.rule) })
        }
    }

    // MARK: - Private

    /// Which rules a request names; without names, all.
    private struct Choice {
        private let groups: Set<String>
        private let rules: Set<String>

        init(_ parameters: RequestParameters) {
            groups = Set(parameters.all("rule_group[]"))
            rules = Set(parameters.all("rule_name[]"))
        }

        func isWanted(group: String, rule: String) -> Bool {
            (groups.isEmpty || groups.contains(group)) && (rules.isEmpty || rules.contains(rule))
        }
    }

    private func explanations(_ choice: Choice, showsChanges: Bool) -> [RuleExplanationDocument] {
        rules.ruleGroups().flatMap { group in
            group.rules.enumerated().compactMap { index, rule in
                guard choice.isWanted(group: group.name, rule: rule.name) else { return nil }
                let changes = showsChanges ? rules.changes(ofRule: index, inGroup: group.name) : nil
                return RuleExplanationDocument(
                    rule, of: group, last: rules.lastExplanation(ofRule: index, inGroup: group.name), changes: changes)
            }
        }
    }
}
