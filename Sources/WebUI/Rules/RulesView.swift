import Foundation
import PostwatchModel

/// What the page of all rules shows.
struct RulesView {
    struct GroupCard {
        let name: String
        let facts: String
        let rules: [RuleLine]
    }

    let verdict: String
    let verdictClass: String
    /// When it was last looked for rules that can do nothing.
    let searched: String
    let remarks: [RuleLine.Remark]
    let groups: [GroupCard]

    init(_ groups: [RuleGroupStatus], _ remarks: RuleRemarks, at now: Timestamp) {
        let rules = groups.flatMap(\.rules)
        let failing = rules.filter { $0.health == .failing }.count
        // A rule may lack several series.
        let fatal = Set(remarks.remarks.filter(\.isFatal).map { "\($0.group)\n\($0.rule)\n\($0.line)" }).count
        switch (failing, fatal) {
        case (0, 0):
            let isEmpty = rules.isEmpty
            verdict = isEmpty ? "No rules yet" : rules.count == 1 ? "The rule works" : "All \(rules.count) rules work"
            verdictClass = isEmpty ? "unknown" : "up"
        case (1..., _):
            (verdict, verdictClass) = ("\(failing) of \(rules.count) rules cannot be evaluated", "down")
        default:
            (verdict, verdictClass) = (fatal == 1 ? "One alert cannot fire" : "\(fatal) alerts cannot fire", "down")
        }
        searched =
            remarks.searchedAt.map { "series were looked for at \($0.dateAndClockText) UTC" }
            ?? "series are looked for once measurements had time to come in"
        self.remarks = remarks.remarks.map(RuleLine.Remark.init)
        self.groups = groups.map { group in
            let last = group.lastEvaluation.map { "last \($0.clockText) UTC, took \(group.evaluationTime.millisecondsText)" }
            let facts = [
                group.file, "every \(group.interval.prometheusText)", group.limit > 0 ? "limit \(group.limit)" : nil,
                last ?? "not evaluated yet", group.missedBeats > 0 ? "\(group.missedBeats) beats missed" : nil,
            ]
            return GroupCard(
                name: group.name, facts: facts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · "),
                rules: group.rules.enumerated().map { RuleLine($0.element, index: $0.offset, in: group, remarks) })
        }
    }
}

/// One rule in a list, and the head of its own page.
struct RuleLine {
    struct Remark {
        let text: String
        let level: String

        init(_ remark: RuleRemarks.Remark) {
            text = remark.text
            level = remark.isFatal ? "failure" : "quiet"
        }
    }

    let name: String
    let kind: String
    let link: String
    let state: String
    /// Which colour the state has.
    let badge: String
    let health: String
    let dot: String
    let evaluated: String
    let error: String?
    let alerts: String?
    let remarks: [Remark]

    init(_ rule: RuleStatus, index: Int, in group: RuleGroupStatus, _ remarks: RuleRemarks) {
        name = rule.name
        kind = rule.kind.rawValue
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        link = "/rules/rule?group=\(group.name.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")&index=\(index)"
        switch rule.kind {
        case .recording: (state, badge) = ("recording", "resolved")
        case .alerting: (state, badge) = (rule.state, Self.badge(of: rule.state))
        }
        switch rule.health {
        case .unknown: (health, dot) = ("not evaluated yet", "unknown")
        case .good: (health, dot) = ("well", "up")
        case .failing: (health, dot) = ("failing", "down")
        }
        evaluated = rule.lastEvaluation.map { "\($0.clockText) UTC, took \(rule.evaluationTime.millisecondsText)" } ?? "not evaluated yet"
        error = rule.lastError
        let (firing, pending) = (rule.alerts.count { $0.state == .firing }, rule.alerts.count { $0.state == .pending })
        alerts = firing + pending == 0 ? nil : "\(firing) firing, \(pending) pending"
        self.remarks = remarks.about(rule, in: group.name).map(Remark.init)
    }

    // MARK: - Private

    private static func badge(of state: String) -> String {
        switch state {
        case "firing": "firing"
        case "pending": "warning"
        case "inactive": "resolved"
        default: "unknown"
        }
    }
}
