import PostwatchModel

/// What was found about rules that can do nothing: "this alert cannot fire".
public struct RuleRemarks: Hashable, Sendable {
    public struct Remark: Hashable, Sendable {
        public let group: String
        public let rule: String
        /// In the rule file; counts from 1.
        public let line: Int
        /// Whether an alert can therefore never fire.
        public let isFatal: Bool
        /// In words.
        public let text: String

        public init(group: String, rule: String, line: Int, isFatal: Bool, text: String) {
            self.group = group
            self.rule = rule
            self.line = line
            self.isFatal = isFatal
            self.text = text
        }
    }

    public let remarks: [Remark]
    /// When series were sought; `nil` before the first time.
    public let searchedAt: Timestamp?

    public init(_ remarks: [Remark] = [], searchedAt: Timestamp? = nil) {
        self.remarks = remarks
        self.searchedAt = searchedAt
    }

    func about(_ rule: RuleStatus, in group: String) -> [Remark] {
        remarks.filter { $0.group == group && $0.rule == rule.name && $0.line == rule.line }
    }
}

/// There are no rules.
public struct NoRulesToShow: RuleShowing {
    public init() {}

    public func ruleGroups() -> [RuleGroupStatus] { [] }
    public func lastExplanation(ofRule index: Int, inGroup group: String) -> RuleExplanation? { nil }
    public func changes(ofRule index: Int, inGroup group: String) -> [RuleExplanation] { [] }
}
