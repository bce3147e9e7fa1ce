import PostwatchModel
import Rules

/// The evaluations of one group that the server missed, being made up for bit by bit beside those of now.
struct MissedEvaluations: Sendable {
    /// The group as it stood when the evaluations stopped, led through those that were made up for so far.
    var tracker: RuleGroupTracker
    /// What followed so far, without samples: those are stored at once.
    var effects = RuleEffects()
    /// The first evaluation of now that did not wait for these; `nil` while there was none.
    private(set) var resumedAt: Timestamp?
    private(set) var doneCount = 0
    /// Oldest first.
    private var moments: ArraySlice<Timestamp>

    init(of tracker: RuleGroupTracker, _ due: EvaluationPlan.Due) {
        self.tracker = tracker
        moments = due.missed[...]
        if due.passedOver > .zero { self.tracker.pass(over: due.passedOver) }
    }

    /// The next one; `nil` when all are done.
    var next: Timestamp? { moments.first }

    mutating func noteDone() {
        moments.removeFirst()
        doneCount += 1
    }

    /// Adds those that were missed since. Once evaluations go on again, a later gap is left as it is.
    mutating func add(_ missed: [Timestamp]) {
        guard resumedAt == nil, let newest = missed.last else { return }
        let known = moments.last ?? tracker.health.compactMap(\.lastEvaluation).max()
        moments += missed.filter { moment in known.map { $0 < moment && moment <= newest } ?? true }
    }

    mutating func resume(at moment: Timestamp) {
        if resumedAt == nil { resumedAt = moment }
    }
}
