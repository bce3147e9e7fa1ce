import PostwatchModel
import PromQL

/// The series of one recording rule over time: a series that is no longer recorded is ended.
struct RecordingTracker: Sendable {
    let rule: RecordingRule
    let group: RuleGroup
    private var recorded: Set<LabelSet> = []
    /// That the rule has more series than it may.
    private(set) var notices: [AlertRecord.ID: TrackedAlert] = [:]

    init(rule: RecordingRule, group: RuleGroup, restoring records: [AlertRecord]) {
        self.rule = rule
        self.group = group
        for record in records { notices[record.id] = TrackedAlert(record: record) }
    }

    /// Ends the series that evaluations recorded which were made up for meanwhile, and that were gone afterwards.
    func learn(from past: RecordingTracker, stampedAt stamp: Timestamp) -> RuleEffects {
        var effects = RuleEffects()
        effects.samples = past.recorded.subtracting(recorded).map { Sample(labels: $0, timestamp: stamp, value: Sample.staleMarker) }
        return effects
    }

    mutating func observe(_ observation: RuleObservation) throws(RuleFailure) -> (effects: RuleEffects, breach: RuleFailure?) {
        let elements = try observation.outcome.get()
        if group.limit > 0 && elements.count > group.limit {
            let notice = RuleNotice.limit(
                of: .recording(rule), in: group, found: elements.count, limit: group.limit, at: observation.evaluatedAt)
            return (
                RuleNotice.settle(&notices, [notice], hold: .zero, observation),
                .limitExceeded(found: elements.count, limit: group.limit)
            )
        }
        var effects = RuleEffects()
        var series: Set<LabelSet> = []
        for element in elements {
            var labels = element.labels
            labels[LabelSet.metricNameLabel] = rule.metric
            for (name, value) in rule.labels { labels[name] = value }
            guard series.insert(labels).inserted else { throw .repeatedLabels(labels) }
            effects.samples.append(
                element.histogram.map { Sample(labels: labels, timestamp: observation.lookedAt, histogram: $0) }
                    ?? Sample(labels: labels, timestamp: observation.lookedAt, value: element.value))
        }
        for gone in recorded.subtracting(series) {
            effects.samples.append(Sample(labels: gone, timestamp: observation.lookedAt, value: Sample.staleMarker))
        }
        recorded = series
        effects.append(RuleNotice.settle(&notices, [], hold: .zero, observation))
        return (effects, nil)
    }
}
