import Logging
import PostwatchRuntime

struct EvaluationsMadeUp: Fact {
    static let counter = "rule_group_catch_ups"
    static let help = "Times that a rule group made up for evaluations that were missed while the server did not run."
    static let level = Logger.Level.info
    static let message: Logger.Message = "A rule group made up for evaluations that were missed"
    let group: String
    let evaluations: Int
    var metadata: Logger.Metadata { ["group": "\(group)", "evaluations": "\(evaluations)"] }
}

struct RuleAtLimit: Fact {
    static let counter = "rule_limit_breaches"
    static let help = "Rule evaluations with more alerts or series than the group's limit; alerts stay as they were."
    static let level = Logger.Level.warning
    static let message: Logger.Message = "A rule has more alerts or series than its limit"
    let group: String
    let rule: String
    let reason: String
    var metadata: Logger.Metadata { ["group": "\(group)", "rule": "\(rule)", "reason": "\(reason)"] }
}
