import PostwatchModel

/// Alerts about a rule itself: that it has more alerts than it may, that the data it judges by are missing.
enum RuleNotice {
    /// The label that names the rule which a notice is about.
    private static let ruleLabel = "rule"

    /// One alert, whatever the number of those that are not let through.
    static func limit(of rule: Rule, in group: RuleGroup, found: Int, limit: Int, at moment: Timestamp) -> AlertRecord {
        record(
            id: "limit", kind: .limit, name: "RuleLimitExceeded", rule, group, subject: LabelSet(), value: Double(found),
            summary: "\(rule.name) has more than \(limit) alerts or series",
            description:
                "The group \(group.name) allows \(limit) for each rule, and there are \(found). Alerts that stood before stay as they "
                + "are, new ones are held back until there are fewer.", at: moment)
    }

    /// `nodata`
    static func missingData(of rule: AlertingRule, in group: RuleGroup, _ subject: LabelSet, at moment: Timestamp) -> AlertRecord {
        record(
            id: "missing/\(subject.fingerprint)", kind: .missingData, name: "NoData", .alerting(rule), group, subject: subject, value: .nan,
            summary: "\(rule.name) has no data" + (subject.isEmpty ? "" : " for \(subject)"),
            description: "There were data before. Until they are back it is unknown whether \(rule.name) holds.", at: moment)
    }

    /// Makes the notices those that are `wanted`.
    static func settle(
        _ notices: inout [AlertRecord.ID: TrackedAlert], _ wanted: [AlertRecord], hold: Duration, _ observation: RuleObservation
    ) -> RuleEffects {
        var effects = RuleEffects()
        let now = observation.evaluatedAt
        let names = Set(wanted.map(\.id))
        for (id, notice) in notices.sorted(by: { $0.key < $1.key }) where !names.contains(id) {
            effects.end(notice.record, observation)
            notices[id] = nil
        }
        for fresh in wanted {
            let before = notices[fresh.id]?.record
            var record = before ?? fresh
            record.value = fresh.value
            record.annotations = fresh.annotations
            // A rule at its limit is no matter of patience.
            let isDue = fresh.kind == .limit || now - record.activeAt >= hold
            if record.state == .pending && isDue {
                record.state = .firing
                record.firedAt = now
            }
            var tracked = TrackedAlert(record: record, reportedAt: notices[fresh.id]?.reportedAt, judgedAt: now)
            tracked.reason = record.annotations["summary"] ?? ""
            if effects.note(tracked, since: before, observation) { tracked.reportedAt = now }
            notices[fresh.id] = tracked
        }
        return effects
    }

    // MARK: - Private

    private static func record(
        id: String, kind: AlertRecord.Kind, name: String, _ rule: Rule, _ group: RuleGroup, subject: LabelSet, value: Double,
        summary: String, description: String, at moment: Timestamp
    ) -> AlertRecord {
        var labels = subject
        // Labels that are the same for every alert of the rule: its severity, its team.
        for (label, source) in rule.labelSources where !source.contains("{{") { labels[label] = source }
        labels["alertname"] = name
        labels[ruleLabel] = rule.name
        var annotations = ["summary": summary, "description": description]
        if case .alerting(let alerting) = rule, let runbook = alerting.annotations["runbook_url"], runbook.isPlain {
            annotations["runbook_url"] = runbook.source
        }
        return AlertRecord(
            id: "\(group.name)/\(rule.name)/\(id)", group: group.name, rule: rule.name, labels: labels, annotations: annotations,
            state: .pending, value: value, activeAt: moment, kind: kind)
    }
}
