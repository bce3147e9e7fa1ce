import PostwatchModel
import PromQL

/// The alerts of one group over time: pending, firing, resolved. Pure: outcomes of queries go in, effects come out.
///
/// Unlike Prometheus it takes up after a restart exactly where it was (firing alerts go on firing, `keep_firing_for` goes on counting), and a
/// breach of `limit` leaves the alerts alone instead of clearing them.
public struct RuleGroupTracker: Sendable {
    /// An annotation with `$value` changes at every evaluation. It is worth a write now and then, not each time.
    static let annotationRefresh = Duration.seconds(60)

    public let group: RuleGroup
    /// Filled in for `$externalLabels` and `$externalURL`.
    public var externalLabels = LabelSet()
    public var externalURL = ""
    /// One per rule of the group, in its order.
    public private(set) var health: [RuleHealth]
    private var alerts: [[String: TrackedAlert]]
    private var recorded: [Set<LabelSet>]
    private var orphans: [AlertRecord] = []

    private struct TrackedAlert: Sendable {
        var record: AlertRecord
        /// When the record was last among the changed; `nil` for one that was restored.
        var reportedAt: Timestamp?
    }

    /// `records` may hold those of other groups; they are ignored. Those of rules that are gone wait for `retireOrphans`.
    public init(group: RuleGroup, restoring records: [AlertRecord]) {
        self.group = group
        health = Array(repeating: RuleHealth(), count: group.rules.count)
        alerts = Array(repeating: [:], count: group.rules.count)
        recorded = Array(repeating: [], count: group.rules.count)
        for record in records where record.group == group.name {
            if let index = group.rules.firstIndex(where: { Self.rule($0, mayHaveMade: record) }) {
                alerts[index][record.id] = TrackedAlert(record: record, reportedAt: nil)
            } else {
                orphans.append(record)
            }
        }
    }

    /// The alerts of a rule, pending and firing, sorted by identity.
    public func alerts(ofRule index: Int) -> [AlertRecord] {
        alerts[index].values.map(\.record).sorted { $0.id < $1.id }
    }

    /// Takes in the outcome of one evaluation of one rule.
    public mutating func observe(
        _ outcome: Result<[VectorElement], RuleFailure>, ofRule index: Int, at now: Timestamp
    ) -> RuleEffects {
        health[index].lastEvaluation = now
        do {
            let elements = try outcome.get()
            let effects =
                switch group.rules[index] {
                case .alerting(let rule): try observe(elements, of: rule, index, at: now)
                case .recording(let rule): try record(elements, of: rule, index, at: now)
                }
            health[index].lastError = nil
            return effects
        } catch {
            health[index].lastError = error
            return RuleEffects()
        }
    }

    /// Ends the restored alerts whose rule no longer exists.
    public mutating func retireOrphans(at now: Timestamp) -> RuleEffects {
        defer { orphans = [] }
        return Self.retire(orphans, at: now)
    }

    /// Ends alerts that no rule stands behind any more, such as those of a group that was taken out of the configuration.
    public static func retire(_ records: [AlertRecord], at now: Timestamp) -> RuleEffects {
        var effects = RuleEffects()
        for record in records { end(record, at: now, &effects) }
        return effects
    }

    // MARK: - Private

    /// Whether `record` carries the rule's name and those of its labels that are the same for every alert.
    private static func rule(_ rule: Rule, mayHaveMade record: AlertRecord) -> Bool {
        guard case .alerting(let rule) = rule, rule.name == record.rule else { return false }
        return rule.labels.allSatisfy { !$1.isPlain || (record.labels[$0] ?? "") == $1.source }
    }

    private mutating func observe(
        _ elements: [VectorElement], of rule: AlertingRule, _ index: Int, at now: Timestamp
    ) throws(RuleFailure) -> RuleEffects {
        let seen = try observations(of: rule, elements)
        var next = alerts[index]
        for (id, observation) in seen { Self.present(&next[id], observation, rule, group.name, id, at: now) }
        var ended: [AlertRecord] = []
        for (id, alert) in next where seen[id] == nil {
            if Self.outlasts(&next[id], rule, at: now) { continue }
            ended.append(alert.record)
            next[id] = nil
        }
        guard group.limit == 0 || next.count <= group.limit else {
            throw .limitExceeded(found: next.count, limit: group.limit)
        }
        return commit(next, ended: ended, index, at: now)
    }

    /// What the query says about one alert now.
    private struct Observation {
        let labels: LabelSet
        let annotations: [String: String]
        let value: Double
    }

    private func observations(of rule: AlertingRule, _ elements: [VectorElement]) throws(RuleFailure) -> [String: Observation] {
        var observations: [String: Observation] = [:]
        for element in elements {
            let data = TemplateData(
                labels: element.labels, value: element.value, externalLabels: externalLabels, externalURL: externalURL)
            var labels = element.labels
            labels[LabelSet.metricNameLabel] = nil
            for (name, template) in rule.labels { labels[name] = template.expand(data) }
            labels["alertname"] = rule.name
            let observation = Observation(
                labels: labels, annotations: rule.annotations.mapValues { $0.expand(data) }, value: element.value)
            guard observations.updateValue(observation, forKey: "\(group.name)/\(rule.name)/\(labels.fingerprint)") == nil else {
                throw .repeatedLabels(labels)
            }
        }
        return observations
    }

    private static func present(
        _ alert: inout TrackedAlert?, _ observation: Observation, _ rule: AlertingRule, _ group: String, _ id: String, at now: Timestamp
    ) {
        var record =
            alert?.record
            ?? AlertRecord(
                id: id, group: group, rule: rule.name, labels: observation.labels, annotations: [:], state: .pending,
                value: observation.value, activeAt: now)
        record.value = observation.value
        record.annotations = observation.annotations
        record.keepFiringSince = nil
        if record.state == .pending && now - record.activeAt >= rule.hold {
            record.state = .firing
            record.firedAt = now
        }
        alert = TrackedAlert(record: record, reportedAt: alert?.reportedAt)
    }

    /// Whether an alert whose condition is gone stays because of `keep_firing_for`.
    private static func outlasts(_ alert: inout TrackedAlert?, _ rule: AlertingRule, at now: Timestamp) -> Bool {
        guard let record = alert?.record, record.state == .firing, rule.keepFiringFor > .zero else { return false }
        let since = record.keepFiringSince ?? now
        alert?.record.keepFiringSince = since
        return now - since < rule.keepFiringFor
    }

    private mutating func commit(
        _ next: [String: TrackedAlert], ended: [AlertRecord], _ index: Int, at now: Timestamp
    ) -> RuleEffects {
        var effects = RuleEffects()
        let previous = alerts[index]
        alerts[index] = next
        for (id, alert) in next.sorted(by: { $0.key < $1.key }) {
            let before = previous[id]?.record
            if Self.isWorthWriting(alert.record, before, reportedAt: alert.reportedAt, at: now) {
                alerts[index][id]?.reportedAt = now
                effects.changed.append(alert.record)
            }
            if alert.record.state == .firing && before?.state != .firing { effects.events.append(.firing(alert.record)) }
            if let before, before.state != alert.record.state { effects.samples.append(Self.staleState(before, at: now)) }
            effects.samples += Self.samples(alert.record, at: now)
        }
        for record in ended.sorted(by: { $0.id < $1.id }) { Self.end(record, at: now, &effects) }
        return effects
    }

    private static func isWorthWriting(
        _ record: AlertRecord, _ before: AlertRecord?, reportedAt: Timestamp?, at now: Timestamp
    ) -> Bool {
        guard let before else { return true }
        if record.state != before.state || record.activeAt != before.activeAt || record.firedAt != before.firedAt
            || record.keepFiringSince != before.keepFiringSince
        {
            return true
        }
        guard record.annotations != before.annotations else { return false }
        return reportedAt.map { now - $0 >= annotationRefresh } ?? true
    }

    private static func end(_ record: AlertRecord, at now: Timestamp, _ effects: inout RuleEffects) {
        effects.ended.append(record.id)
        if record.state == .firing { effects.events.append(.resolved(record, at: now)) }
        effects.samples.append(staleState(record, at: now))
        effects.samples.append(
            Sample(labels: record.seriesLabels(metric: "ALERTS_FOR_STATE"), timestamp: now, value: Sample.staleMarker))
    }

    // MARK: Series

    private static func samples(_ record: AlertRecord, at now: Timestamp) -> [Sample] {
        [
            Sample(labels: record.stateLabels, timestamp: now, value: 1),
            Sample(labels: record.seriesLabels(metric: "ALERTS_FOR_STATE"), timestamp: now, value: record.activeAt.seconds.rounded(.down)),
        ]
    }

    private static func staleState(_ record: AlertRecord, at now: Timestamp) -> Sample {
        Sample(labels: record.stateLabels, timestamp: now, value: Sample.staleMarker)
    }

    private mutating func record(
        _ elements: [VectorElement], of rule: RecordingRule, _ index: Int, at now: Timestamp
    ) throws(RuleFailure) -> RuleEffects {
        guard group.limit == 0 || elements.count <= group.limit else {
            throw .limitExceeded(found: elements.count, limit: group.limit)
        }
        var effects = RuleEffects()
        var series: Set<LabelSet> = []
        for element in elements {
            var labels = element.labels
            labels[LabelSet.metricNameLabel] = rule.metric
            for (name, value) in rule.labels { labels[name] = value }
            guard series.insert(labels).inserted else { throw .repeatedLabels(labels) }
            effects.samples.append(Sample(labels: labels, timestamp: now, value: element.value))
        }
        for gone in recorded[index].subtracting(series) {
            effects.samples.append(Sample(labels: gone, timestamp: now, value: Sample.staleMarker))
        }
        recorded[index] = series
        return effects
    }
}

extension AlertRecord {
    fileprivate func seriesLabels(metric: String) -> LabelSet {
        var series = labels
        series[LabelSet.metricNameLabel] = metric
        return series
    }

    fileprivate var stateLabels: LabelSet {
        var series = seriesLabels(metric: "ALERTS")
        series["alertstate"] = state.rawValue
        return series
    }
}

extension Event {
    fileprivate static func firing(_ record: AlertRecord) -> Event {
        Event(
            id: record.id, state: .firing, severity: Severity(label: record.labels["severity"]), labels: record.labels,
            annotations: record.annotations, startedAt: record.activeAt)
    }

    fileprivate static func resolved(_ record: AlertRecord, at now: Timestamp) -> Event {
        Event(
            id: record.id, state: .resolved, severity: Severity(label: record.labels["severity"]), labels: record.labels,
            annotations: record.annotations, startedAt: record.activeAt, endedAt: now)
    }
}
