/// Something about a rule that makes it useless although it is written correctly.
public struct RuleFinding: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// No series has a name that the rule asks for, now or in the time looked at.
        case unknownMetric(String)
        /// The metric is there, but no series with these labels.
        case noSeries(selector: String, because: String)
        /// Whatever is measured, the condition cannot hold.
        case neverTrue(String)
        /// Whatever is measured, the condition holds.
        case alwaysTrue(String)
    }

    public let group: String
    public let rule: String
    public let line: Int
    public let kind: Kind
    /// Whether an alert can therefore never fire.
    public let isFatal: Bool

    public init(group: String, rule: String, line: Int, kind: Kind, isFatal: Bool) {
        self.group = group
        self.rule = rule
        self.line = line
        self.kind = kind
        self.isFatal = isFatal
    }

    /// `NodeDown: this alert cannot fire: there is no metric named prob_success`
    public var description: String {
        let reason =
            switch kind {
            case .unknownMetric(let name): "there is no metric named \(name)"
            case .noSeries(let selector, let reason): "no series matches \(selector): \(reason)"
            case .neverTrue(let reason): reason
            case .alwaysTrue(let reason): reason
            }
        return "\(rule): \(isFatal ? "this alert cannot fire: " : "")\(reason)"
    }
}
