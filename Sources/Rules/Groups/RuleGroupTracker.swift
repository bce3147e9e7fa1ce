import PostwatchModel
import PromQL

/// The rules of one group over time. Pure: observations go in, effects come out.
///
/// Unlike Prometheus it takes up after a restart exactly where it was (firing alerts go on firing, `keep_firing_for` goes on counting), and a
/// breach of `limit` leaves the alerts alone instead of clearing them.
public struct RuleGroupTracker: Sendable {
    /// What an evaluation of a rule has to find out besides the query's answer.
    struct Needs {
        /// Every series that was read, to tell whether data are missing.
        var isEvidence = false
        /// Where the condition of recovery holds.
        var isRecovery = false
    }

    private enum Tracker: Sendable {
        case alerting(AlertingTracker)
        case recording(RecordingTracker)
    }

    public let group: RuleGroup
    /// Filled in for `$externalLabels`.
    public var externalLabels = LabelSet()
    /// Filled in for `$externalURL`.
    public var externalURL = ""
    /// One per rule of the group, in its order.
    public private(set) var health: [RuleHealth]
    /// The last evaluation of each rule; `nil` before the first.
    public private(set) var explanations: [RuleExplanation?]
    private var trackers: [Tracker]
    private var orphans: [AlertRecord] = []
    private let revisions: [String]

    /// `records` may hold those of other groups; they are ignored. Those of rules that are gone wait for `retireOrphans`.
    public init(group: RuleGroup, restoring records: [AlertRecord]) {
        self.group = group
        health = Array(repeating: RuleHealth(), count: group.rules.count)
        explanations = Array(repeating: nil, count: group.rules.count)
        revisions = group.rules.map(\.revision)
        var own = Array(repeating: [AlertRecord](), count: group.rules.count)
        for record in records where record.group == group.name {
            if let index = group.rules.firstIndex(where: { Self.rule($0, mayHaveMade: record) }) {
                own[index].append(record)
            } else {
                orphans.append(record)
            }
        }
        trackers = zip(group.rules, own).map { rule, records in
            switch rule {
            case .alerting(let rule): .alerting(AlertingTracker(rule: rule, group: group, restoring: records))
            case .recording(let rule): .recording(RecordingTracker(rule: rule, group: group, restoring: records))
            }
        }
    }

    /// The alerts of a rule, pending and firing, sorted by identity; those that tell of the rule itself included.
    public func alerts(ofRule index: Int) -> [AlertRecord] {
        switch trackers[index] {
        case .alerting(let tracker): tracker.records
        case .recording(let tracker): tracker.notices.values.map(\.record).sorted { $0.id < $1.id }
        }
    }

    /// Takes in the outcome of one evaluation of one rule.
    public mutating func observe(
        _ outcome: Result<[VectorElement], RuleFailure>, ofRule index: Int, at now: Timestamp
    ) -> RuleEffects {
        observe(RuleObservation(at: now, offset: group.queryOffset, outcome: outcome), ofRule: index)
    }

    /// Takes in one evaluation of one rule. After an error of the evaluation alerts are as they were.
    public mutating func observe(_ observation: RuleObservation, ofRule index: Int) -> RuleEffects {
        let before = alerts(ofRule: index)
        var effects = RuleEffects()
        health[index].lastEvaluation = observation.evaluatedAt
        health[index].lastError = nil
        do {
            let (found, breach) = try take(observation, ofRule: index)
            effects = found
            health[index].lastError = breach
        } catch {
            health[index].lastError = error
        }
        explain(observation, ofRule: index, before)
        return effects
    }

    /// For `gap` nobody evaluated anything, and nobody will: it does not count towards `for`.
    public mutating func pass(over gap: Duration) {
        for index in trackers.indices {
            guard case .alerting(var tracker) = trackers[index] else { continue }
            tracker.pass(over: gap)
            trackers[index] = .alerting(tracker)
        }
    }

    /// Takes over what is known of the time before `start` from a tracker of the same group that was led through it while this one went on
    /// from there.
    public mutating func learn(from past: RuleGroupTracker, since start: Timestamp) -> RuleEffects {
        precondition(past.trackers.count == trackers.count, "both are trackers of one group")
        var effects = RuleEffects()
        let stamp = start - group.queryOffset
        for index in trackers.indices {
            switch (trackers[index], past.trackers[index]) {
            case (.alerting(var tracker), .alerting(let past)):
                effects.append(tracker.learn(from: past, since: start, stampedAt: stamp))
                trackers[index] = .alerting(tracker)
            case (.recording(let tracker), .recording(let past)): effects.append(tracker.learn(from: past, stampedAt: stamp))
            case (.alerting, .recording), (.recording, .alerting): preconditionFailure("both are trackers of one group")
            }
        }
        return effects
    }

    /// Ends the restored alerts whose rule no longer exists.
    public mutating func retireOrphans(at now: Timestamp) -> RuleEffects {
        defer { orphans = [] }
        return Self.retire(orphans, at: now)
    }

    /// Ends alerts that no rule stands behind any more, such as those of a group that was taken out of the configuration.
    public static func retire(_ records: [AlertRecord], at now: Timestamp) -> RuleEffects {
        var effects = RuleEffects()
        for record in records { effects.end(record, at: now, stampedAt: now) }
        return effects
    }

    func needs(ofRule index: Int, isCatchUp: Bool) -> Needs {
        guard case .alerting(let tracker) = trackers[index] else { return Needs() }
        let rule = tracker.rule
        return Needs(
            isEvidence: isCatchUp || rule.missing != .resolve || rule.recovery != nil,
            isRecovery: rule.recovery != nil && tracker.hasFiring)
    }

    /// What a rule judges that has been without data for so long that it may have been removed for good.
    func departed(ofRule index: Int, at moment: Timestamp) -> [LabelSet] {
        guard case .alerting(let tracker) = trackers[index] else { return [] }
        return tracker.departed(at: moment)
    }

    /// The queries that a rule's templates need answered before `observe`.
    func openQuestions(ofRule index: Int, in observation: RuleObservation) -> Set<String> {
        guard case .alerting(let tracker) = trackers[index] else { return [] }
        return informed(tracker).openQuestions(in: observation)
    }

    // MARK: - Private

    /// Whether `record` carries the rule's name and those of its labels that are the same for every alert.
    private static func rule(_ rule: Rule, mayHaveMade record: AlertRecord) -> Bool {
        switch rule {
        case .alerting(let alerting):
            alerting.name == record.rule
                && alerting.labels.allSatisfy { !$1.isPlain || (record.labels[$0] ?? "") == $1.source }
        case .recording(let recording): record.kind == .limit && recording.metric == record.rule
        }
    }

    private func informed(_ tracker: AlertingTracker) -> AlertingTracker {
        var tracker = tracker
        tracker.externalLabels = externalLabels
        tracker.externalURL = externalURL
        return tracker
    }

    private mutating func take(
        _ observation: RuleObservation, ofRule index: Int
    ) throws(RuleFailure) -> (RuleEffects, RuleFailure?) {
        switch trackers[index] {
        case .alerting(let tracker):
            var tracker = informed(tracker)
            let result = try tracker.observe(observation)
            trackers[index] = .alerting(tracker)
            return result
        case .recording(var tracker):
            let result = try tracker.observe(observation)
            trackers[index] = .recording(tracker)
            return result
        }
    }

    private mutating func explain(_ observation: RuleObservation, ofRule index: Int, _ before: [AlertRecord]) {
        var explanation = RuleExplanation(
            observation, of: group.rules[index], revision: revisions[index], in: group, error: health[index].lastError)
        explanation.tell(of: before, becoming: alerts(ofRule: index), reasons: reasons(ofRule: index))
        explanations[index] = explanation
    }

    private func reasons(ofRule index: Int) -> [AlertRecord.ID: String] {
        switch trackers[index] {
        case .alerting(let tracker):
            tracker.alerts.mapValues(\.reason).merging(tracker.notices.mapValues(\.reason)) { own, _ in own }
                .merging(tracker.endings) { own, _ in own }
        case .recording(let tracker): tracker.notices.mapValues(\.reason)
        }
    }
}
