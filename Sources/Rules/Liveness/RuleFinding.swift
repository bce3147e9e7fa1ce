/// Something about a rule that makes it useless although it is written correctly.
public struct RuleFinding: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// No series has a name that the rule asks for, as far back as samples are kept.
        case unknownMetric(String)
        /// Series had the name once, but none had in the time looked at.
        case vanishedMetric(String)
        /// The metric is there, but no series with these labels.
        case noSeries(selector: String, because: String)
        /// Whatever is measured, the condition cannot hold.
        case neverTrue(String)
        /// Whatever is measured, the condition holds.
        case alwaysTrue(String)

        /// Whether new series may put an end to it.
        public var mayPass: Bool {
            switch self {
            case .unknownMetric, .vanishedMetric, .noSeries: true
            case .neverTrue, .alwaysTrue: false
            }
        }
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

    /// `NodeDown: this alert cannot fire: no series has ever had the name prob_success`
    public var description: String {
        let reason =
            switch kind {
            case .unknownMetric(let name): "no series has ever had the name \(name)"
            case .vanishedMetric(let name): "no series has the name \(name) any more, though some once had"
            case .noSeries(let selector, let reason): "no series matches \(selector): \(reason)"
            case .neverTrue(let reason): reason
            case .alwaysTrue(let reason): reason
            }
        return "\(rule): \(isFatal ? "this alert cannot fire: " : "")\(reason)"
    }
}
