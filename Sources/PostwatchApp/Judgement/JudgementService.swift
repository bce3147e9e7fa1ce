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
    let evaluator: RuleEvaluator
    let samples: any SampleAppending
    let incidents: any IncidentStoring
    /// Where the state of the rules is shown.
    var board = RuleBoard()
    /// Filled in for `$externalURL` and `$externalLabels`.
    var externalURL = ""
    var externalLabels = LabelSet()
    var catchUp = EvaluationPlan.CatchUp()
    let world: World
    let telemetry: Telemetry
    let logger: Logger

    /// How often triage looks whether a wait is over.
    private static let triageInterval: Duration = .seconds(1)

    func run() async throws {
        try await runUntilShutdown {
            board.set(groups.map { RuleGroupStatus($0, defaultInterval: defaultInterval) })
            var judgement = try await restore()
            var plans = groups.map { group in
                EvaluationPlan(
                    beat: Beat(every: group.interval ?? defaultInterval, spreadBy: group.name), last: judgement.evaluations[group.name],
                    startedAt: judgement.startedAt, catchUp: catchUp)
            }
            let triageBeat = Beat(every: Self.triageInterval)
            while true {
                let due = min(plans.map(\.next).min() ?? .init(milliseconds: .max), triageBeat.start(after: world.now()))
                try await world.sleep(until: due)
                let now = world.now()
                let duties = plans.indices.map { plans[$0].take(at: now) }
                judgement = await makeUp(for: duties, from: judgement)
                for (index, duty) in duties.enumerated() {
                    reportMissedBeats(of: groups[index], duty.skippedBeats)
                    guard let planned = duty.current else { continue }
                    judgement = await evaluate(groupAt: index, at: planned, missedBeats: duty.skippedBeats, from: judgement)
                }
                judgement = await settle(RuleEffects(), from: judgement)
            }
        }
    }

    // MARK: - Private

    private func restore() async throws -> Judgement {
        let records = try await incidents.activeAlerts()
        let open = try await incidents.incidents(openOrResolvedSince: world.now())
        let highest = try await incidents.highestIncidentNumber()
        let evaluations = try await incidents.lastEvaluations()
        let firing = records.filter { $0.state == .firing && $0.kind == .condition }
        var judgement = Judgement(
            trackers: groups.map { group in
                var tracker = RuleGroupTracker(group: group, restoring: records)
                tracker.externalURL = externalURL
                tracker.externalLabels = externalLabels
                return tracker
            },
            triage: IncidentTracker(
                policy: policy, topology: topology, addresses: addresses, restoring: open, highestNumber: highest),
            restoredFiring: Dictionary(grouping: firing) { Judgement.key($0.group, $0.rule) }.mapValues(\.count),
            startedAt: world.now(), evaluations: evaluations, storedEvaluations: evaluations)
        // An alert whose rule is no longer configured would stay for ever: it ends now.
        let names = Set(groups.map(\.name))
        var effects = RuleGroupTracker.retire(records.filter { !names.contains($0.group) }, at: world.now())
        for index in judgement.trackers.indices {
            effects.append(judgement.trackers[index].retireOrphans(at: world.now()))
        }
        return await settle(effects, from: judgement)
    }

    /// Does what was missed, at the planned times and in their order over all groups: one may read what another records.
    private func makeUp(for duties: [EvaluationPlan.Due], from judgement: Judgement) async -> Judgement {
        let missed = duties.enumerated().flatMap { index, duty in duty.missed.map { (group: index, moment: $0) } }
            .sorted { ($0.moment, $0.group) < ($1.moment, $1.group) }
        guard !missed.isEmpty else { return judgement }
        var next = judgement
        for (index, duty) in duties.enumerated() where duty.passedOver > .zero { next.trackers[index].pass(over: duty.passedOver) }
        var effects = RuleEffects()
        for (index, moment) in missed {
            effects.append(await evaluate(groupAt: index, at: moment, isCatchUp: true, &next).effects)
        }
        for (index, duty) in duties.enumerated() where !duty.missed.isEmpty {
            telemetry.report(EvaluationsMadeUp(group: groups[index].name, evaluations: duty.missed.count), to: logger)
        }
        return await settle(effects.net, from: next, orElse: judgement)
    }

    private func evaluate(groupAt index: Int, at moment: Timestamp, missedBeats: Int64, from judgement: Judgement) async -> Judgement {
        var next = judgement
        let (effects, times) = await evaluate(groupAt: index, at: moment, isCatchUp: false, &next)
        telemetry.report(RuleGroupEvaluated(group: groups[index].name), to: logger)
        let settled = await settle(effects, from: next, orElse: judgement)
        board.update(groupAt: index, from: settled.trackers[index], times: times, missedBeats: missedBeats)
        return settled
    }

    private func evaluate(
        groupAt index: Int, at moment: Timestamp, isCatchUp: Bool, _ next: inout Judgement
    ) async -> (effects: RuleEffects, times: [Duration]) {
        let group = groups[index]
        var effects = RuleEffects()
        var times: [Duration] = []
        var explanations: [(rule: Int, explanation: RuleExplanation)] = []
        for (ruleIndex, rule) in group.rules.enumerated() {
            let start = world.now()
            let observation = await evaluator.observe(rule: ruleIndex, of: next.trackers[index], at: moment, isCatchUp: isCatchUp)
            times.append(world.now() - start)
            report(observation, of: rule, in: group)
            if !isCatchUp && next.mustWait(for: observation, of: rule, in: group, now: world.now()) { continue }
            var own = next.trackers[index].observe(observation, ofRule: ruleIndex)
            if case .limitExceeded? = next.trackers[index].health[ruleIndex].lastError {
                telemetry.report(
                    RuleAtLimit(
                        group: group.name, rule: rule.name,
                        reason: "\(next.trackers[index].health[ruleIndex].lastError.map { "\($0)" } ?? "")"),
                    to: logger)
            }
            if let explanation = next.trackers[index].explanations[ruleIndex] { explanations.append((ruleIndex, explanation)) }
            if case .recording = rule {
                // The rules behind it in the group may read what it records.
                await store(own.samples)
                own.samples = []
            }
            effects.append(own)
        }
        board.note(explanations, inGroup: group.name)
        next.evaluations[group.name] = max(next.evaluations[group.name] ?? moment, moment)
        return (effects, times)
    }

    private func report(_ observation: RuleObservation, of rule: Rule, in group: RuleGroup) {
        telemetry.report(RuleEvaluated(rule: rule.name), to: logger)
        guard case .failure(let failure) = observation.outcome else { return }
        telemetry.report(RuleEvaluationFailed(group: group.name, rule: rule.name, reason: "\(failure)"), to: logger)
    }

    private func settle(_ effects: RuleEffects, from next: Judgement, orElse previous: Judgement? = nil) async -> Judgement {
        var settled = next
        let triaged = settled.triage.advance(with: effects.events.map(explained), to: world.now())
        var change = JudgementChange(
            alerts: effects.changed, endedAlerts: effects.ended, incidents: triaged.incidents, pages: triaged.pages)
        change.evaluations = settled.progress(isChanged: !change.alerts.isEmpty || !change.endedAlerts.isEmpty)
        do {
            try await incidents.commit(change)
        } catch {
            telemetry.report(JudgementNotStored(reason: "\(error)"), to: logger)
            return previous ?? next
        }
        settled.storedEvaluations.merge(change.evaluations) { _, stored in stored }
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
}
