import PostwatchModel
import Rules
import Synchronization

/// How the rules stand and why, for whoever wants to show it. Written by the one who evaluates them.
public final class RuleBoard: RuleShowing {
    private struct State {
        var groups: [RuleGroupStatus] = []
        var book = ExplanationBook()
        var findings: [RuleFinding] = []
        var searchedAt: Timestamp?
    }

    private let state = Mutex(State())

    public init() {}

    public func ruleGroups() -> [RuleGroupStatus] { state.withLock(\.groups) }

    public func lastExplanation(ofRule index: Int, inGroup group: String) -> RuleExplanation? {
        state.withLock { $0.book.last(ofRule: index, inGroup: group) }
    }

    public func changes(ofRule index: Int, inGroup group: String) -> [RuleExplanation] {
        state.withLock { $0.book.changes(ofRule: index, inGroup: group) }
    }

    /// What was last found about rules that can do nothing, and when series were sought for that; `nil` before the first time.
    public func findings() -> (findings: [RuleFinding], searchedAt: Timestamp?) {
        state.withLock { ($0.findings, $0.searchedAt) }
    }

    func set(_ findings: [RuleFinding], at moment: Timestamp?) {
        state.withLock { ($0.findings, $0.searchedAt) = (findings, moment) }
    }

    func set(_ groups: [RuleGroupStatus]) {
        state.withLock { $0.groups = groups }
    }

    func note(_ explanations: [(rule: Int, explanation: RuleExplanation)], inGroup group: String) {
        state.withLock { state in
            for one in explanations { state.book.note(one.explanation, ofRule: one.rule, inGroup: group) }
        }
    }

    /// How a group stands after an evaluation that took `times`, one for each rule.
    func update(groupAt index: Int, from tracker: RuleGroupTracker, times: [Duration], missedBeats: Int64) {
        state.withLock { state in
            guard state.groups.indices.contains(index) else { return }
            state.groups[index].missedBeats += missedBeats
            state.groups[index].evaluationTime = times.reduce(.zero, +)
            for rule in tracker.group.rules.indices {
                state.groups[index].rules[rule].health = tracker.health[rule].status
                state.groups[index].rules[rule].lastError = tracker.health[rule].lastError?.description
                state.groups[index].rules[rule].lastEvaluation = tracker.health[rule].lastEvaluation
                state.groups[index].rules[rule].alerts = tracker.alerts(ofRule: rule)
                if times.indices.contains(rule) { state.groups[index].rules[rule].evaluationTime = times[rule] }
            }
            state.groups[index].lastEvaluation = tracker.health.compactMap(\.lastEvaluation).max()
        }
    }
}
