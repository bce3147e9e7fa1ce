import HTTPAPI
import PostwatchModel
import Rules
import WebUI

extension RuleGroupReport {
    /// What Prometheus' API tells of a group.
    public init(_ status: RuleGroupStatus) {
        self.init(
            name: status.name, file: status.file, interval: status.interval, limit: status.limit, evaluationTime: status.evaluationTime,
            lastEvaluation: status.lastEvaluation, rules: status.rules.map(RuleReport.init))
    }
}

extension RuleReport {
    /// What Prometheus' API tells of a rule.
    public init(_ status: RuleStatus) {
        let health: Health =
            switch status.health {
            case .unknown: .unknown
            case .good: .ok
            case .failing: .failed
            }
        let alerting: Alerting? =
            switch status.kind {
            case .alerting:
                Alerting(
                    hold: status.hold, keepFiringFor: status.keepFiringFor, annotations: status.annotations, alerts: status.alerts)
            case .recording: nil
            }
        self.init(
            name: status.name, query: status.query, labels: LabelSet(status.labels.map { ($0.key, $0.value) }), health: health,
            lastError: status.lastError, evaluationTime: status.evaluationTime, lastEvaluation: status.lastEvaluation, alerting: alerting)
    }
}

extension RuleFindingReport {
    /// What the API tells of a finding.
    public init(_ finding: RuleFinding) {
        self.init(
            group: finding.group, rule: finding.rule, line: finding.line, isFatal: finding.isFatal, finding: finding.description)
    }
}

/// The rules on a board, for Prometheus' API.
public struct BoardReports: RuleReporting {
    private let board: any RuleShowing

    public init(of board: any RuleShowing) {
        self.board = board
    }

    public func ruleGroups() async -> [RuleGroupReport] { board.ruleGroups().map(RuleGroupReport.init) }
}

extension RuleRemarks {
    /// What the pages show of the findings on a board.
    public init(of board: RuleBoard) {
        let (findings, searchedAt) = board.findings()
        self.init(
            findings.map {
                Remark(group: $0.group, rule: $0.rule, line: $0.line, isFatal: $0.isFatal, text: $0.description)
            }, searchedAt: searchedAt)
    }
}
