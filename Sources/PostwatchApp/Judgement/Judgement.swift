import PostwatchModel
import Rules
import Triage

/// The state of all machines that judge.
struct Judgement: Sendable {
    var trackers: [RuleGroupTracker]
    var triage: IncidentTracker
    /// Rules whose alerts were firing when the server stopped, with their number, by group and rule name.
    let restoredFiring: [String: Int]
    let startedAt: Timestamp
    /// Up to where each group was evaluated, and up to where the store knows it.
    var evaluations: [String: Timestamp]
    var storedEvaluations: [String: Timestamp]

    /// After a start, an alert that was firing is not taken for resolved before the journeys had time to run again.
    private static let restartGrace: Duration = .seconds(30)
    /// Up to where a group was evaluated is stored with every change of its alerts, and without one so often: evaluations that change
    /// nothing may be done twice.
    private static let progressInterval: Duration = .seconds(60)

    /// Right after a restart the newest results of a journey may be too old to be seen, or missing: silence is no recovery.
    func mustWait(for observation: RuleObservation, of rule: Rule, in group: RuleGroup, now: Timestamp) -> Bool {
        guard now - startedAt < Self.restartGrace, case .success(let elements) = observation.outcome,
            let restored = restoredFiring[Self.key(group.name, rule.name)]
        else { return false }
        return elements.count < restored
    }

    /// The evaluations that the store should know now.
    func progress(isChanged: Bool) -> [String: Timestamp] {
        evaluations.filter { group, moment in
            guard let stored = storedEvaluations[group] else { return true }
            return moment > stored && (isChanged || moment - stored >= Self.progressInterval)
        }
    }

    static func key(_ group: String, _ rule: String) -> String { "\(group)\n\(rule)" }
}
