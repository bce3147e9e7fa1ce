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
    /// Why the last run of a journey, from a vantage or any, failed; `nil` when it did not. Events of journeys carry it, so that whoever is
    /// paged knows.
    let failures: @Sendable (_ journey: String, _ vantage: String?) -> String?
    /// The message that the journey lost lately from there, or any vantage; `nil` when it lost none.
    var losses: @Sendable (_ journey: String, _ vantage: String?) -> String? = { _, _ in nil }
    /// What the last runs of journeys say; asked for at each look of triage.
    var evidence: @Sendable () -> [JourneyEvidence] = { [] }
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

    /// After a failure of the store a group is tried again after so long.
    private static let retryInterval: Duration = .seconds(5)

    /// When a group is evaluated.
    private struct Schedule {
        /// Moves on only when what came of an evaluation was stored.
        var plan: EvaluationPlan
        /// When an outcome could not be stored: what was due then is still due.
        var failedAt: Timestamp?
        var waitsUntil: Timestamp?

        var next: Timestamp { max(plan.next, waitsUntil ?? plan.next) }
    }

    func run() async throws {
        try await runUntilShutdown {
            board.set(groups.map { RuleGroupStatus($0, defaultInterval: defaultInterval) })
            var judgement = try await restore()
            var schedules = groups.map { group in
                Schedule(
                    plan: EvaluationPlan(
                        beat: Beat(every: group.interval ?? defaultInterval, spreadBy: group.name), last: judgement.evaluations[group.name],
                        startedAt: judgement.startedAt, catchUp: catchUp))
            }
            let triageBeat = Beat(every: Self.triageInterval)
            while true {
                let due = min(schedules.map(\.next).min() ?? .init(milliseconds: .max), triageBeat.start(after: world.now()))
                try await world.sleep(until: due)
                judgement = await takeTurn(at: world.now(), &schedules, judgement)
            }
        }
    }

    // MARK: - Private

    private func restore() async throws -> Judgement {
        let records = try await incidents.activeAlerts()
        let open = try await incidents.incidents(openOrResolvedSince: world.now())
        let highest = try await incidents.highestIncidentNumber()
        let evaluations = try await incidents.lastEvaluations()
        var judgement = Judgement(
            trackers: groups.map { group in
                var tracker = RuleGroupTracker(group: group, restoring: records)
                tracker.externalURL = externalURL
                tracker.externalLabels = externalLabels
                return tracker
            },
            triage: IncidentTracker(
                policy: policy, topology: topology, addresses: addresses, restoring: open, highestNumber: highest),
            startedAt: world.now(), evaluations: evaluations, storedEvaluations: evaluations)
        // An alert whose rule is no longer configured would stay for ever: it ends now.
        let names = Set(groups.map(\.name))
        judgement.owed = RuleGroupTracker.retire(records.filter { !names.contains($0.group) }, at: world.now())
        for index in judgement.trackers.indices {
            judgement.owed.append(judgement.trackers[index].retireOrphans(at: world.now()))
        }
        return await settleOwed(by: judgement)
    }

    private func takeTurn(at now: Timestamp, _ schedules: inout [Schedule], _ judgement: Judgement) async -> Judgement {
        var next = judgement
        var due: [(group: Int, duty: EvaluationPlan.Due, plan: EvaluationPlan)] = []
        for index in schedules.indices where schedules[index].next <= now {
            var plan = schedules[index].plan
            let duty = plan.take(at: schedules[index].failedAt ?? now)
            next.noteMissed(duty, ofGroupAt: index)
            due.append((index, duty, plan))
        }
        next = await makeUp(from: next)
        for (index, duty, plan) in due {
            guard let planned = duty.current else { continue }
            if let settled = await evaluate(groupAt: index, at: planned, missedBeats: duty.skippedBeats, from: next) {
                reportMissedBeats(of: groups[index], duty.skippedBeats)
                next = settled
                schedules[index] = Schedule(plan: plan)
            } else {
                schedules[index].failedAt = schedules[index].failedAt ?? now
                schedules[index].waitsUntil = now + Self.retryInterval
            }
        }
        return await settleOwed(by: next)
    }

    // MARK: Evaluations that were missed

    /// Does some of what was missed, at the planned times and in their order over all groups, for no longer than the evaluations of now can
    /// wait. Whoever is done is taken over.
    private func makeUp(from judgement: Judgement) async -> Judgement {
        guard !judgement.missed.isEmpty else { return judgement }
        var next = judgement
        let end = world.now() + catchUp.budget
        var count = 0
        while let (index, moment) = next.nextMissed, var missed = next.missed[index] {
            var effects = await evaluate(groupAt: index, at: moment, Circumstances(isCatchUp: true), &missed.tracker).effects
            await store(effects.samples)
            effects.samples = []
            missed.effects.append(effects)
            missed.noteDone()
            next.missed[index] = missed
            count += 1
            if count >= catchUp.mostAtOnce || world.now() >= end { break }
        }
        for index in next.missed.keys.sorted() {
            var adopting = next
            let count = next.missed[index]?.doneCount ?? 0
            guard let effects = adopting.adopt(groupAt: index), let settled = await settle(effects, from: adopting) else { continue }
            telemetry.report(EvaluationsMadeUp(group: groups[index].name, evaluations: count), to: logger)
            next = settled
        }
        return next
    }

    // MARK: Evaluations of now

    /// `nil` when the outcome could not be stored: then nothing was decided.
    private func evaluate(groupAt index: Int, at moment: Timestamp, missedBeats: Int64, from judgement: Judgement) async -> Judgement? {
        var next = judgement
        next.resume(groupAt: index, at: moment)
        let circumstances = Circumstances(
            isAfterStart: next.isAfterStart(at: world.now()), isDataLate: next.isDataLate(at: world.now()))
        let found = await evaluate(groupAt: index, at: moment, circumstances, &next.trackers[index])
        // What was broken off says nothing about the rules; the next start makes up for it.
        if Task.isCancelled { return nil }
        let group = groups[index].name
        next.evaluations[group] = max(next.evaluations[group] ?? moment, moment)
        telemetry.report(RuleGroupEvaluated(group: group), to: logger)
        guard let settled = await settle(found.effects, from: next) else { return nil }
        board.note(found.explanations, inGroup: group)
        board.update(groupAt: index, from: settled.trackers[index], times: found.times, missedBeats: missedBeats)
        return settled
    }

    /// What makes an evaluation a cautious one; see `RuleObservation`.
    private struct Circumstances {
        var isCatchUp = false
        var isAfterStart = false
        var isDataLate = false
    }

    /// What came of the evaluation of all rules of a group.
    private struct Outcome {
        var effects = RuleEffects()
        /// How long each rule took.
        var times: [Duration] = []
        var explanations: [(rule: Int, explanation: RuleExplanation)] = []
    }

    private func evaluate(
        groupAt index: Int, at moment: Timestamp, _ circumstances: Circumstances, _ tracker: inout RuleGroupTracker
    ) async -> Outcome {
        let group = groups[index]
        var evaluator = self.evaluator
        evaluator.inventory = RuleInventory(topology)
        var outcome = Outcome()
        for (ruleIndex, rule) in group.rules.enumerated() {
            let start = world.now()
            var observation = await evaluator.observe(rule: ruleIndex, of: tracker, at: moment, isCatchUp: circumstances.isCatchUp)
            observation.isAfterStart = circumstances.isAfterStart
            observation.isDataLate = circumstances.isDataLate
            outcome.times.append(world.now() - start)
            report(observation, of: rule, in: group)
            var own = tracker.observe(observation, ofRule: ruleIndex)
            if case .limitExceeded? = tracker.health[ruleIndex].lastError {
                telemetry.report(
                    RuleAtLimit(
                        group: group.name, rule: rule.name, reason: "\(tracker.health[ruleIndex].lastError.map { "\($0)" } ?? "")"),
                    to: logger)
            }
            if let explanation = tracker.explanations[ruleIndex] { outcome.explanations.append((ruleIndex, explanation)) }
            if case .recording = rule {
                // The rules behind it in the group may read what it records.
                await store(own.samples)
                own.samples = []
            }
            outcome.effects.append(own)
        }
        if circumstances.isCatchUp { board.note(outcome.explanations, inGroup: group.name) }
        return outcome
    }

    private func report(_ observation: RuleObservation, of rule: Rule, in group: RuleGroup) {
        telemetry.report(RuleEvaluated(rule: rule.name), to: logger)
        guard case .failure(let failure) = observation.outcome, !Task.isCancelled else { return }
        telemetry.report(RuleEvaluationFailed(group: group.name, rule: rule.name, reason: "\(failure)"), to: logger)
    }

    /// Stores what follows from `next`; `nil` when that fails: then `next` must not become the state.
    private func settle(_ effects: RuleEffects, from next: Judgement) async -> Judgement? {
        var settled = next
        let triaged = settled.triage.advance(with: effects.events.map(explained), to: world.now())
        var change = JudgementChange(
            alerts: effects.changed, endedAlerts: effects.ended, incidents: triaged.incidents, pages: triaged.pages)
        change.evaluations = settled.progress(isChanged: !change.alerts.isEmpty || !change.endedAlerts.isEmpty)
        do {
            try await incidents.commit(change)
        } catch {
            telemetry.report(JudgementNotStored(reason: "\(error)"), to: logger)
            return nil
        }
        settled.storedEvaluations.merge(change.evaluations) { _, stored in stored }
        await store(effects.samples)
        return settled
    }

    /// Lets triage go on, and stores what could not be stored before.
    private func settleOwed(by judgement: Judgement) async -> Judgement {
        var next = judgement
        next.owed = RuleEffects()
        next.triage.learn(evidence())
        return await settle(judgement.owed, from: next) ?? judgement
    }

    private func explained(_ event: Event) -> Event {
        guard event.state == .firing, let failure = lastFailure(of: event) else { return event }
        var event = event
        event.annotations["last_failure"] = failure
        return event
    }

    /// What a journey's run said; of a matrix what one of its cells said, one that fails before others. A loss is explained by the cell
    /// whose message is lost, if it is known: the others fail for reasons of their own.
    func lastFailure(of event: Event) -> String? {
        if let journey = event.journey { return failures(journey, event.vantage) }
        guard let matrix = event.labels["matrix"] else { return nil }
        let cells = evidence().filter { $0.matrix == matrix && (event.vantage ?? $0.vantage) == $0.vantage }
        func first(_ cells: [JourneyEvidence], _ reason: @escaping (String, String?) -> String?) -> String? {
            cells.lazy.compactMap { cell in reason(cell.journey, cell.vantage).map { "\(cell.journey): \($0)" } }.first
        }
        if event.labels["outcome"] == ProbeOutcome.lost.rawValue, let loss = first(cells, losses) { return loss }
        return first(cells.filter(\.isFailing) + cells, failures)
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
