import PostwatchModel
import PromQL

/// The alerts of one alerting rule over time: pending, firing, resolved. Pure: observations go in, effects come out.
struct AlertingTracker: Sendable {
    let rule: AlertingRule
    let group: RuleGroup
    var externalLabels = LabelSet()
    var externalURL = ""
    /// Of the condition, by identity.
    private(set) var alerts: [AlertRecord.ID: TrackedAlert] = [:]
    /// Of the rule itself: its limit, its missing data.
    private(set) var notices: [AlertRecord.ID: TrackedAlert] = [:]
    /// Why alerts are over that the last evaluation ended.
    private(set) var endings: [AlertRecord.ID: String] = [:]
    /// Everything that was judged before; only kept where missing data may begin an alert.
    private var subjects: Set<LabelSet> = []

    init(rule: AlertingRule, group: RuleGroup, restoring records: [AlertRecord]) {
        self.rule = rule
        self.group = group
        for record in records {
            let tracked = TrackedAlert(record: record, isRestored: true)
            switch record.kind {
            case .condition: alerts[record.id] = tracked
            case .missingData, .limit: notices[record.id] = tracked
            }
            if rule.subject != nil, record.kind != .limit { subjects.insert(rule.subjectLabels(of: record.labels)) }
        }
    }

    /// By identity.
    var records: [AlertRecord] {
        [alerts.values, notices.values].joined().map(\.record).sorted { $0.id < $1.id }
    }

    /// The labels of what has been without data for so long that it may have been removed for good. Sorted.
    func departed(at moment: Timestamp) -> [LabelSet] {
        guard rule.missing != .resolve, let patience = rule.removal.patience else { return [] }
        let silent = alerts.values.map(\.record).filter { moment - ($0.evidence.values.max() ?? $0.activeAt) >= patience }
        let missed = notices.values.map(\.record).filter { $0.kind == .missingData && moment - $0.activeAt >= patience }
        // Without labels it is no host that is gone, but all there is.
        return Set((silent + missed).map { rule.subjectLabels(of: $0.labels) }.filter { !$0.isEmpty })
            .sorted { $0.description < $1.description }
    }

    var hasFiring: Bool { alerts.values.contains { $0.record.state == .firing } }

    /// The queries that templates need answered before `observe`.
    func openQuestions(in observation: RuleObservation) -> Set<String> {
        guard rule.hasQuestions, case .success(let elements) = observation.outcome else { return [] }
        var questions: Set<String> = []
        for labels in elements.map(\.labels) + vanished(in: observation) {
            let element = elements.first { $0.labels == labels }
            let data = data(labels, element?.value ?? .nan, element?.histogram, at: observation.evaluatedAt)
            questions.formUnion(rule.questions(data, observation.answers))
        }
        return questions
    }

    /// Time that nobody evaluated anything in does not count towards `for`.
    mutating func pass(over gap: Duration) {
        for id in alerts.keys where alerts[id]?.record.state == .pending {
            if let record = alerts[id]?.record { alerts[id]?.record.activeAt = record.activeAt + gap }
        }
    }

    /// Takes over what evaluations found that were made up for while others went on from `start`, the first behind the gap: since when
    /// conditions hold. What fires or ends by that is decided by the next evaluation. Their alerts that were over by then are ended in the
    /// series, at `stamp`.
    mutating func learn(from past: AlertingTracker, since start: Timestamp, stampedAt stamp: Timestamp) -> RuleEffects {
        var effects = RuleEffects()
        for (id, alert) in alerts.sorted(by: { $0.key < $1.key }) where alert.record.activeAt <= start {
            var record = alert.record
            if let known = past.alerts[id]?.record {
                record.activeAt = known.activeAt
                if record.keepFiringSince == start { record.keepFiringSince = known.keepFiringSince ?? start }
            } else if record.state == .pending {
                // It was over in between.
                record.activeAt = start
            }
            guard record != alert.record else { continue }
            alerts[id]?.record = record
            effects.changed.append(record)
        }
        for (id, alert) in past.alerts.sorted(by: { $0.key < $1.key }) where alerts[id] == nil {
            effects.samples += alert.record.staleSamples(at: stamp)
        }
        subjects.formUnion(past.subjects)
        return effects
    }

    /// Throws what is wrong with the outcome; then nothing has changed. A breach of the limit is an effect of its own.
    mutating func observe(_ observation: RuleObservation) throws(RuleFailure) -> (effects: RuleEffects, breach: RuleFailure?) {
        let now = observation.evaluatedAt
        let seen = try sightings(in: observation)
        var next = alerts
        for (id, sighting) in seen { present(&next[id], sighting, id, at: now) }
        var ended: [TrackedAlert] = []
        endings = [:]
        for (id, alert) in next where seen[id] == nil {
            if let staying = judge(alert, observation) {
                next[id] = staying
            } else {
                ended.append(alert)
                next[id] = nil
                endings[id] = isRemoved(alert, observation) ? Self.removal : "the condition is gone"
            }
        }
        remember(observation)
        var effects = RuleEffects()
        var breach: RuleFailure?
        if group.limit > 0 && next.count > group.limit {
            breach = .limitExceeded(found: next.count, limit: group.limit)
            for alert in alerts.values { effects.samples += alert.record.samples(at: observation.lookedAt) }
        } else {
            effects = commit(next, ended: ended.map(\.record), observation)
        }
        effects.append(settleNotices(breach: breach, missing: missingSubjects(in: observation), observation))
        return (effects, breach)
    }

    // MARK: - Private

    private static let removal = "it has been without data for so long that it is taken for removed"

    private func data(_ labels: LabelSet, _ value: Double, _ histogram: NativeHistogram?, at moment: Timestamp) -> TemplateData {
        TemplateData(
            labels: labels, value: value, histogram: histogram, externalLabels: externalLabels, externalURL: externalURL, moment: moment)
    }

    private func sightings(in observation: RuleObservation) throws(RuleFailure) -> [AlertRecord.ID: AlertSighting] {
        var sightings: [AlertRecord.ID: AlertSighting] = [:]
        for element in try observation.outcome.get() {
            var sighting = sighting(of: element.labels, value: element.value, histogram: element.histogram, observation)
            if needsEvidence(observation) {
                sighting.evidence = AlertEvidence.gather(observation.readings, for: element.labels)
            }
            // While evaluations are made up for, the newest samples may still be on their way: old ones prove nothing.
            if observation.isCatchUp,
                AlertEvidence.isOutdated(
                    sighting.evidence ?? [:], in: observation.readings, for: element.labels, at: observation.lookedAt)
            {
                continue
            }
            guard sightings.updateValue(sighting, forKey: identity(sighting.labels)) == nil else {
                throw .repeatedLabels(sighting.labels)
            }
        }
        guard rule.missing == .alert else { return sightings }
        for labels in vanished(in: observation) {
            var sighting = sighting(of: labels, value: .nan, observation)
            sighting.evidence = nil
            sighting.reason = "its data are missing, and postwatch_missing says to alert"
            let id = identity(sighting.labels)
            if sightings[id] == nil { sightings[id] = sighting }
        }
        return sightings
    }

    private func sighting(
        of labels: LabelSet, value: Double, histogram: NativeHistogram? = nil, _ observation: RuleObservation
    ) -> AlertSighting {
        let data = data(labels, value, histogram, at: observation.evaluatedAt)
        return AlertSighting(
            labels: rule.alertLabels(data, observation.answers),
            annotations: rule.annotations.mapValues { $0.text(data, answers: observation.answers) }, value: value)
    }

    private func identity(_ labels: LabelSet) -> AlertRecord.ID { "\(group.name)/\(rule.name)/\(labels.fingerprint)" }

    private func present(_ alert: inout TrackedAlert?, _ sighting: AlertSighting, _ id: AlertRecord.ID, at now: Timestamp) {
        var record =
            alert?.record
            ?? AlertRecord(
                id: id, group: group.name, rule: rule.name, labels: sighting.labels, annotations: [:], state: .pending,
                value: sighting.value, activeAt: now)
        record.value = sighting.value
        record.annotations = sighting.annotations
        if let evidence = sighting.evidence { record.evidence = evidence }
        record.keepFiringSince = nil
        // The `for` may have been lengthened since it fired.
        if record.state == .firing, (record.firedAt ?? now) - record.activeAt < rule.hold, now - record.activeAt < rule.hold {
            record.state = .pending
            record.firedAt = nil
        }
        Self.fire(&record, after: rule.hold, at: now)
        alert = TrackedAlert(
            record: record, reportedAt: alert?.reportedAt, judgedAt: now, isRestored: alert?.isRestored ?? false, reason: sighting.reason)
    }

    private static func fire(_ record: inout AlertRecord, after hold: Duration, at now: Timestamp) {
        guard record.state == .pending && now - record.activeAt >= hold else { return }
        record.state = .firing
        record.firedAt = now
    }

    private func needsEvidence(_ observation: RuleObservation) -> Bool {
        rule.missing != .resolve || rule.recovery != nil || observation.isCatchUp
    }

    /// What becomes of an alert whose condition is gone; `nil` when it is over.
    private func judge(_ alert: TrackedAlert, _ observation: RuleObservation) -> TrackedAlert? {
        var alert = alert
        let now = observation.evaluatedAt
        let since = alert.judgedAt ?? now
        alert.judgedAt = now
        if isRemoved(alert, observation) { return nil }
        if observation.isAfterStart && alert.isRestored && alert.record.state == .firing {
            alert.reason = "the server has only just started: that the condition is not seen is no recovery yet"
            return alert
        }
        let labels = rule.subjectLabels(of: alert.record.labels)
        if isMissing(alert, observation, labels) {
            switch observation.isCatchUp && rule.missing == .resolve ? .keep : rule.missing {
            case .resolve: break
            case .keep, .nodata:
                // Nobody knows whether the condition held meanwhile: `for` waits.
                if alert.record.state == .pending { alert.record.activeAt = alert.record.activeAt + (now - since) }
                alert.reason = "its data are missing; it stays as it is"
                return alert
            case .alert:
                alert.reason = "its data are missing, and postwatch_missing says to alert"
                Self.fire(&alert.record, after: rule.hold, at: now)
                return alert
            }
        } else if alert.record.state == .firing, let recovered = observation.recovered,
            !recovered.contains(where: { RuleReading.agrees($0, labels) })
        {
            alert.record.keepFiringSince = nil
            alert.reason = "the condition is gone, but that of postwatch_recover does not hold yet"
            return alert
        }
        return outlast(alert, at: now)
    }

    /// Whether what the alert tells of is taken for removed. Not while the rule reads anything fresh of it.
    private func isRemoved(_ alert: TrackedAlert, _ observation: RuleObservation) -> Bool {
        let labels = rule.subjectLabels(of: alert.record.labels)
        guard let patience = rule.removal.patience, observation.removed.contains(labels) else { return false }
        return !observation.readings.contains { reading in
            reading.series.contains { one in
                !one.isEnded && observation.lookedAt - one.newest < patience && RuleReading.isAbout(one.labels, labels)
            }
        }
    }

    private func isMissing(_ alert: TrackedAlert, _ observation: RuleObservation, _ labels: LabelSet) -> Bool {
        guard needsEvidence(observation) else { return false }
        let (evidence, readings) = (alert.record.evidence, observation.readings)
        if observation.isCatchUp {
            let now = AlertEvidence.gather(readings, for: labels).merging(evidence) { _, known in known }
            if AlertEvidence.isOutdated(now, in: readings, for: labels, at: observation.lookedAt) { return true }
        }
        return AlertEvidence.isMissing(evidence, in: readings, for: labels, at: observation.lookedAt)
    }

    /// `keep_firing_for`
    private func outlast(_ alert: TrackedAlert, at now: Timestamp) -> TrackedAlert? {
        guard alert.record.state == .firing, rule.keepFiringFor > .zero else { return nil }
        var alert = alert
        let since = alert.record.keepFiringSince ?? now
        alert.record.keepFiringSince = since
        alert.reason = "the condition is gone, keep_firing_for is not over"
        return now - since < rule.keepFiringFor ? alert : nil
    }

    // MARK: Missing data

    private func remembered(_ labels: LabelSet) -> LabelSet {
        labels.filterPairs { $0.nameText != LabelSet.metricNameLabel }
    }

    private mutating func remember(_ observation: RuleObservation) {
        subjects.subtract(observation.removed.map(remembered))
        guard let found = observation.subjects else { return }
        subjects.formUnion(found.map(remembered))
    }

    /// What was judged before and has no data now, and has no alert of the condition.
    private func vanished(in observation: RuleObservation) -> [LabelSet] {
        guard let found = observation.subjects else { return [] }
        let gone = subjects.subtracting(found.map(remembered)).subtracting(observation.removed.map(remembered))
        guard !gone.isEmpty, case .success(let elements) = observation.outcome else { return [] }
        let isUncertain = observation.isCatchUp || observation.isDataLate
        let told = rule.missing == .nodata ? notices : alerts
        let known = isUncertain ? Set(told.values.map { rule.subjectLabels(of: $0.record.labels) }) : gone
        return gone.intersection(known).filter { subject in !elements.contains { RuleReading.agrees($0.labels, subject) } }
            .sorted { $0.description < $1.description }
    }

    private func missingSubjects(in observation: RuleObservation) -> [LabelSet] {
        rule.missing == .nodata ? vanished(in: observation) : []
    }

    // MARK: Notices

    private mutating func settleNotices(
        breach: RuleFailure?, missing: [LabelSet], _ observation: RuleObservation
    ) -> RuleEffects {
        var wanted = missing.map { RuleNotice.missingData(of: rule, in: group, $0, at: observation.evaluatedAt) }
        if case .limitExceeded(let found, let limit)? = breach {
            wanted.append(
                RuleNotice.limit(of: .alerting(rule), in: group, found: found, limit: limit, at: observation.evaluatedAt))
        }
        let before = notices
        let effects = RuleNotice.settle(&notices, wanted, hold: rule.hold, observation)
        for (id, notice) in before where notices[id] == nil && notice.record.kind == .missingData {
            let isRemoved = observation.removed.contains(rule.subjectLabels(of: notice.record.labels))
            endings[id] = isRemoved ? Self.removal : "there are data again"
        }
        return effects
    }

    // MARK: Effects

    private mutating func commit(
        _ next: [AlertRecord.ID: TrackedAlert], ended: [AlertRecord], _ observation: RuleObservation
    ) -> RuleEffects {
        var effects = RuleEffects()
        let previous = alerts
        alerts = next
        for (id, alert) in next.sorted(by: { $0.key < $1.key }) {
            if effects.note(alert, since: previous[id]?.record, observation) { alerts[id]?.reportedAt = observation.evaluatedAt }
        }
        for record in ended.sorted(by: { $0.id < $1.id }) { effects.end(record, observation) }
        return effects
    }
}
