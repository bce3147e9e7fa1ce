import PostwatchModel

extension RuleGroupStatus {
    /// A group that was not evaluated yet.
    public init(_ group: RuleGroup, defaultInterval: Duration) {
        self.init(
            name: group.name, file: group.file, interval: group.interval ?? defaultInterval, limit: group.limit,
            queryOffset: group.queryOffset, rules: group.rules.map(RuleStatus.init))
    }
}

extension RuleStatus {
    /// A rule that was not evaluated yet.
    public init(_ rule: Rule) {
        switch rule {
        case .alerting(let alerting):
            self.init(
                kind: .alerting, name: rule.name, query: rule.query.text, revision: rule.revision, line: rule.line, hold: alerting.hold,
                keepFiringFor: alerting.keepFiringFor, labels: rule.labelSources,
                annotations: alerting.annotations.mapValues(\.source))
        case .recording:
            self.init(
                kind: .recording, name: rule.name, query: rule.query.text, revision: rule.revision, line: rule.line,
                labels: rule.labelSources)
        }
    }
}
