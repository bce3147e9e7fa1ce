import PostwatchModel
import Rules
import Triage

/// The state of all machines that judge.
struct Judgement: Sendable {
    var trackers: [RuleGroupTracker]
    var triage: IncidentTracker
    /// What follows from the start itself and is not stored yet: the end of alerts whose rule is gone.
    var owed = RuleEffects()
    /// Evaluations that are being made up for, by the group's place.
    var missed: [Int: MissedEvaluations] = [:]
    let startedAt: Timestamp
    /// Up to where each group was evaluated, and up to where the store knows it.
    var evaluations: [String: Timestamp]
    var storedEvaluations: [String: Timestamp]

    /// After a start, an alert that was firing is not taken for resolved before the journeys had time to run again.
    private static let restartGrace: Duration = .seconds(30)
    /// As long as it takes for a series that ends to be missing: sooner after a start nothing is newly taken for missing.
    private static let dataGrace: Duration = .seconds(300)
    /// Up to where a group was evaluated is stored with every change of its alerts, and without one so often: evaluations that change
    /// nothing may be done twice.
    private static let progressInterval: Duration = .seconds(60)

    /// Right after a start the newest results of a journey may be too old to be seen, or missing: silence is no recovery.
    func isAfterStart(at now: Timestamp) -> Bool { now - startedAt < Self.restartGrace }

    /// What is measured elsewhere has to be delivered first, and what the server measures has to be measured again.
    func isDataLate(at now: Timestamp) -> Bool { now - startedAt < Self.dataGrace }

    /// The evaluations that the store should know now.
    func progress(isChanged: Bool) -> [String: Timestamp] {
        evaluations.filter { group, moment in
            guard let stored = storedEvaluations[group] else { return true }
            return moment > stored && (isChanged || moment - stored >= Self.progressInterval)
        }
    }

    // MARK: Evaluations to make up for

    mutating func noteMissed(_ due: EvaluationPlan.Due, ofGroupAt index: Int) {
        // A turn whose outcome could not be stored is taken again, and some of it may be done.
        let done = evaluations[trackers[index].group.name]
        var due = due
        due.missed.removeAll { moment in done.map { moment <= $0 } ?? false }
        guard !due.missed.isEmpty else { return }
        if missed[index] == nil {
            missed[index] = MissedEvaluations(of: trackers[index], due)
        } else {
            missed[index]?.add(due.missed)
        }
    }

    /// The oldest of all groups: one may read what another records.
    var nextMissed: (group: Int, moment: Timestamp)? {
        missed.compactMap { group, evaluations in evaluations.next.map { (group, $0) } }.min { ($0.1, $0.0) < ($1.1, $1.0) }
    }

    /// A group goes on at `moment` before all that it missed is made up for: until then, the time in between does not count towards `for`.
    mutating func resume(groupAt index: Int, at moment: Timestamp) {
        guard missed[index] != nil, missed[index]?.resumedAt == nil else { return }
        if let last = evaluations[trackers[index].group.name] { trackers[index].pass(over: moment - last) }
        missed[index]?.resume(at: moment)
    }

    /// Takes over what was made up for in a group, once that is all, and tells what follows. `nil` when there is nothing to take over.
    mutating func adopt(groupAt index: Int) -> RuleEffects? {
        guard let done = missed[index], done.next == nil else { return nil }
        missed[index] = nil
        if let start = done.resumedAt { return trackers[index].learn(from: done.tracker, since: start) }
        trackers[index] = done.tracker
        let group = done.tracker.group.name
        if let last = done.tracker.health.compactMap(\.lastEvaluation).max() { evaluations[group] = max(evaluations[group] ?? last, last) }
        return done.effects.net
    }
}
