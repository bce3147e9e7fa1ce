import Logging
import PostwatchModel
import PostwatchRuntime
import PromQL
import Rules
import ServiceLifecycle
import Triage

/// Evaluates the rules on their beats and forms incidents from what they report.
///
/// The machines decide on copies; a copy becomes the state only after its outcome was stored, so a crash or a full disk between
/// the two leaves a decision to be made again, never one that was half made.
struct JudgementService: Service {
    let groups: [RuleGroup]
    /// For groups without an interval of their own.
    let defaultInterval: Duration
    let policy: TriagePolicy
    let topology: Topology
    let addresses: [String]
    /// Why the last run of a journey failed; `nil` when it did not. Events of journeys carry it, so that whoever is paged knows.
    let failures: @Sendable (String) -> String?
    let engine: QueryEngine
    let samples: any SampleAppending
    let incidents: any IncidentStoring
    let world: World
    let telemetry: Telemetry
    let logger: Logger

    /// How often triage looks whether a wait is over.
    private static let triageInterval: Duration = .seconds(1)
    /// After a start, an alert that was firing is not taken for resolved before the journeys had time to run again.
    private static let restartGrace: Duration = .seconds(30)

    func run() async throws {
        try await runUntilShutdown {
            var judgement = try await restore()
            var schedule = groups.map { group in
                Beat(every: group.interval ?? defaultInterval, spreadBy: group.name)
            }.map { (beat: $0, next: $0.start(after: world.now())) }
            let triageBeat = Beat(every: Self.triageInterval)
            while true {
                let due = min(schedule.map(\.next).min() ?? .init(milliseconds: .max), triageBeat.start(after: world.now()))
                try await world.sleep(until: due)
                let now = world.now()
                for index in schedule.indices where schedule[index].next <= now {
                    let planned = schedule[index].next
                    reportMissedBeats(of: groups[index], schedule[index].beat.starts(after: planned, through: now))
                    schedule[index].next = schedule[index].beat.start(after: now)
                    judgement = await evaluate(groupAt: index, at: planned, from: judgement)
                }
                judgement = await settle(RuleEffects(), from: judgement)
            }
        }
    }

    // MARK: - Private

    /// The state of all machines.
    private struct Judgement: Sendable {
        var trackers: [RuleGroupTracker]
        var triage: IncidentTracker
        /// Rules whose alerts were firing when the server stopped, with their number, by group and rule name.
        let restoredFiring: [String: Int]
        let startedAt: Timestamp
    }

    private func restore() async throws -> Judgement {
        let records = try await incidents.activeAlerts()
        let open = try await incidents.incidents(openOrResolvedSince: world.now())
        let highest = try await incidents.highestIncidentNumber()
        let firing = records.filter { $0.state == .firing }
        var judgement = Judgement(
            trackers: groups.map { RuleGroupTracker(group: $0, restoring: records) },
            triage: IncidentTracker(
                policy: policy, topology: topology, addresses: addresses, restoring: open, highestNumber: highest),
            restoredFiring: Dictionary(grouping: firing) { Self.key($0.group, $0.rule) }.mapValues(\.count),
            startedAt: world.now())
        // An alert whose rule is no longer configured would stay for ever: it ends now.
        let names = Set(groups.map(\.name))
        var effects = RuleGroupTracker.retire(records.filter { !names.contains($0.group) }, at: world.now())
        for index in judgement.trackers.indices {
            effects.merge(judgement.trackers[index].retireOrphans(at: world.now()))
        }
        return await settle(effects, from: judgement)
    }

    private func evaluate(groupAt index: Int, at moment: Timestamp, from judgement: Judgement) async -> Judgement {
        var next = judgement
        var effects = RuleEffects()
        for (ruleIndex, rule) in groups[index].rules.enumerated() {
            let outcome = await engine.outcome(of: rule, at: moment, offset: groups[index].queryOffset)
            if case .failure(let failure) = outcome {
                telemetry.report(
                    RuleEvaluationFailed(group: groups[index].name, rule: rule.name, reason: "\(failure)"), to: logger)
            }
            if mustWait(for: outcome, of: rule, in: groups[index], judgement) { continue }
            var own = next.trackers[index].observe(outcome, ofRule: ruleIndex, at: moment)
            if case .recording = rule {
                // The rules behind it in the group may read what it records.
                await store(own.samples)
                own.samples = []
            }
            effects.merge(own)
        }
        telemetry.report(RuleGroupEvaluated(group: groups[index].name), to: logger)
        return await settle(effects, from: next, orElse: judgement)
    }

    /// Right after a restart the newest results of a journey may be too old to be seen, or missing: silence is no recovery.
    private func mustWait(
        for outcome: Result<[VectorElement], RuleFailure>, of rule: Rule, in group: RuleGroup, _ judgement: Judgement
    ) -> Bool {
        guard world.now() - judgement.startedAt < Self.restartGrace, case .success(let elements) = outcome,
            let restored = judgement.restoredFiring[Self.key(group.name, rule.name)]
        else { return false }
        return elements.count < restored
    }

    private func settle(_ effects: RuleEffects, from next: Judgement, orElse previous: Judgement? = nil) async -> Judgement {
        var settled = next
        let triaged = settled.triage.advance(with: effects.events.map(explained), to: world.now())
        let change = JudgementChange(
            alerts: effects.changed, endedAlerts: effects.ended, incidents: triaged.incidents, pages: triaged.pages)
        do {
            try await incidents.commit(change)
        } catch {
            telemetry.report(JudgementNotStored(reason: "\(error)"), to: logger)
            return previous ?? next
        }
        await store(effects.samples)
        return settled
    }

    private func explained(_ event: Event) -> Event {
        guard event.state == .firing, let failure = event.journey.flatMap(failures) else { return event }
        var event = event
        event.annotations["last_failure"] = failure
        return event
    }

    private func store(_ samples: [Sample]) async {
        guard !samples.isEmpty else { return }
        do {
            try await self.samples.append(samples)
        } catch {
            telemetry.report(CollectedSamplesLost(reason: "\(error)"), to: logger)
        }
    }

    private func reportMissedBeats(of group: RuleGroup, _ beats: Int64) {
        guard beats > 0 else { return }
        telemetry.report(EvaluationsMissed(group: group.name, beats: beats), to: logger)
    }

    private static func key(_ group: String, _ rule: String) -> String { "\(group)\n\(rule)" }
}

extension RuleEffects {
    fileprivate mutating func merge(_ other: RuleEffects) {
        changed += other.changed
        ended += other.ended
        events += other.events
        samples += other.samples
    }
}
