import PostwatchModel
import PromQL

extension RuleExplanation {
    /// What an evaluation saw, before anything is said of alerts.
    init(_ observation: RuleObservation, of rule: Rule, revision: String, in group: RuleGroup, error: RuleFailure?) {
        self.init(
            group: group.name, rule: rule.name, revision: revision, expression: rule.query.text, evaluatedAt: observation.evaluatedAt,
            lookedAt: observation.lookedAt, isCatchUp: observation.isCatchUp, readings: observation.readings.map(Reading.init))
        self.error = error?.description
        if case .success(let elements) = observation.outcome {
            elementCount = elements.count
            self.elements = elements.prefix(Self.detailLimit).map { Element(labels: $0.labels, value: $0.value) }
        }
    }

    /// Both sorted by identity.
    mutating func tell(of before: [AlertRecord], becoming after: [AlertRecord], reasons: [AlertRecord.ID: String]) {
        guard !before.isEmpty || !after.isEmpty else { return }
        let previous = Dictionary(before.map { ($0.id, $0) }) { first, _ in first }
        let current = Set(after.map(\.id))
        var steps = after.map { record in
            AlertStep(
                id: record.id, labels: record.labels, before: previous[record.id]?.state, after: record.state, value: record.value,
                reason: reasons[record.id] ?? "")
        }
        steps += before.filter { !current.contains($0.id) }.map { record in
            AlertStep(
                id: record.id, labels: record.labels, before: record.state, after: nil, value: record.value,
                reason: reasons[record.id] ?? "it is over")
        }
        alerts = Array((steps.filter(\.isChange) + steps.filter { !$0.isChange }).prefix(Self.detailLimit))
    }
}

extension RuleExplanation.Reading {
    init(_ reading: RuleReading) {
        self.init(
            selector: reading.selector, from: reading.from, through: reading.through, seriesCount: reading.seriesCount,
            newest: reading.newest,
            samples: reading.series.prefix(RuleExplanation.detailLimit).map {
                RuleExplanation.ReadSample(labels: $0.labels, timestamp: $0.newest, value: $0.value)
            })
    }
}
