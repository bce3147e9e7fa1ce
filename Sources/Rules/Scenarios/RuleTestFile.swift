import PostwatchModel
import PromQL

/// A file of unit tests for rules, in promtool's format.
/// Source: Prometheus documentation, "Unit testing for rules".
public struct RuleTestFile: Hashable, Sendable {
    public let name: String
    /// Patterns of paths, relative to the file.
    public let ruleFiles: [String]
    /// How often rules are evaluated. Default: 1 min.
    public let evaluationInterval: Duration
    /// Groups to evaluate before the others, in this order.
    public let groupOrder: [String]
    public let tests: [RuleTest]

    /// Throws `ConfigurationFaults` with all that is wrong with the file.
    public static func read(_ node: ConfigurationNode, file: String) throws(ConfigurationFaults) -> RuleTestFile {
        try ConfigurationSection.read(node, file: file) { section in
            let interval = section.duration("evaluation_interval", default: .seconds(60), atLeast: .milliseconds(1))
            let fuzzy = section.flag("fuzzy_compare", default: false)
            return RuleTestFile(
                name: file, ruleFiles: section.texts("rule_files"), evaluationInterval: interval,
                groupOrder: section.texts("group_eval_order"),
                tests: section.sections("tests") { RuleTest(reading: $0, defaultInterval: interval, isFuzzy: fuzzy) })
        }
    }
}
