/// Something about a rule that makes it useless although it is written correctly, as the API tells it.
public struct RuleFindingReport: Hashable, Sendable, Encodable {
    public let group: String
    public let rule: String
    /// In the rule file; counts from 1.
    public let line: Int
    /// Whether an alert can therefore never fire.
    public let isFatal: Bool
    /// In words.
    public let finding: String

    public init(group: String, rule: String, line: Int, isFatal: Bool, finding: String) {
        self.group = group
        self.rule = rule
        self.line = line
        self.isFatal = isFatal
        self.finding = finding
    }
}
