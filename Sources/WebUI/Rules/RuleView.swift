import PostwatchModel

/// What the page of one rule shows: how it stands, its last evaluation, and those before that changed an alert.
struct RuleView {
    let name: String
    let group: String
    let file: String
    let line: RuleLine
    let facts: String
    let query: String
    let last: ExplanationCard?
    let changes: [ExplanationCard]

    /// `nil` when there is no such rule.
    init?(_ index: Int, inGroup name: String, of rules: any RuleShowing, _ remarks: RuleRemarks) {
        guard let group = rules.ruleGroups().first(where: { $0.name == name }), group.rules.indices.contains(index) else { return nil }
        let rule = group.rules[index]
        self.name = rule.name
        self.group = group.name
        file = rule.line > 0 ? "\(group.file):\(rule.line)" : group.file
        line = RuleLine(rule, index: index, in: group, remarks)
        let times = [
            rule.hold > .zero ? "for \(rule.hold.prometheusText)" : nil,
            rule.keepFiringFor > .zero ? "keep_firing_for \(rule.keepFiringFor.prometheusText)" : nil,
        ]
        facts = (times.compactMap { $0 } + ["revision \(rule.revision)"]).joined(separator: " · ")
        query = rule.query
        last = rules.lastExplanation(ofRule: index, inGroup: name).map(ExplanationCard.init)
        changes = rules.changes(ofRule: index, inGroup: name).map(ExplanationCard.init)
    }
}

/// One evaluation: what was read, how old it was, what came of it, what became of the alerts and why.
struct ExplanationCard {
    struct SampleLine {
        let labels: String
        let value: String
        let age: String
    }

    struct ReadingCard {
        let selector: String
        let summary: String
        let samples: [SampleLine]
        let rest: String?
    }

    struct StepLine {
        let labels: String
        let before: String
        let after: String
        let value: String
        let reason: String
        /// Which colour the new state has.
        let badge: String
    }

    let at: String
    let clock: String
    let remark: String?
    let revision: String
    let error: String?
    let yields: String
    let elements: [SampleLine]
    let readings: [ReadingCard]
    let steps: [StepLine]

    init(_ explanation: RuleExplanation) {
        let moment = explanation.lookedAt
        at = explanation.evaluatedAt.rfc3339
        clock = "\(explanation.evaluatedAt.dateAndClockText) UTC"
        let remarks = [
            moment == explanation.evaluatedAt ? nil : "looking at \(moment.clockText) UTC (query_offset)",
            explanation.isCatchUp ? "made up for after an outage of the server" : nil,
        ].compactMap { $0 }
        remark = remarks.isEmpty ? nil : remarks.joined(separator: ", ")
        revision = explanation.revision
        error = explanation.error
        yields =
            switch explanation.elementCount {
            case 0: "nothing"
            case 1: "one element"
            default: "\(explanation.elementCount) elements"
            }
        elements = explanation.elements.map { SampleLine(labels: "\($0.labels)", value: Self.text($0.value), age: "") }
        readings = explanation.readings.map { reading in
            let newest = reading.newest.map { ", the newest sample is \((moment - $0).coarseText) old" } ?? ""
            return ReadingCard(
                selector: reading.selector, summary: "\(reading.seriesCount) series\(newest)",
                samples: reading.samples.map {
                    SampleLine(labels: "\($0.labels)", value: Self.text($0.value), age: "\((moment - $0.timestamp).coarseText) old")
                },
                rest: reading.seriesCount > reading.samples.count ? "… and \(reading.seriesCount - reading.samples.count) more" : nil)
        }
        steps = explanation.alerts.map { step in
            let after = step.after?.rawValue ?? "inactive"
            return StepLine(
                labels: "\(step.labels)", before: step.before?.rawValue ?? "inactive", after: after, value: Self.text(step.value),
                reason: step.reason, badge: after == "pending" ? "warning" : after == "firing" ? "firing" : "resolved")
        }
    }

    // MARK: - Private

    private static func text(_ value: Double) -> String {
        if Sample.isStaleMarker(value) { return "ended" }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
        return "\(value)"
    }
}
