import PostwatchModel
import Synchronization
import Triage

/// What is known of one journey over its runs: how many are under way, what has been confirmed, how long they took.
final class JourneyCourse: Sendable {
    private struct State {
        var inFlight = 0
        var isRepeating = false
        var tracker: ConfirmationTracker
        var durations = DurationDistribution()
        /// Labels of the last run's series; `nil` before it.
        var labels: LabelSet?
    }

    /// What follows from a run.
    struct Conclusion {
        let state: JourneyState?
        let failingSince: Timestamp?
        /// Beside those of the run itself.
        let samples: [Sample]
        /// After how long whoever ran it is to run it again; `nil` when somebody else does, or nobody needs to.
        let repeatAfter: Duration?
    }

    private let policy: ConfirmationPolicy
    private let state: Mutex<State>

    init(_ policy: ConfirmationPolicy) {
        self.policy = policy
        state = Mutex(State(tracker: ConfirmationTracker(policy)))
    }

    /// `false` when there are `limit` already.
    func begin(atMost limit: Int) -> Bool {
        state.withLock { state in
            guard state.inFlight < limit else { return false }
            state.inFlight += 1
            return true
        }
    }

    func end() {
        state.withLock { $0.inFlight -= 1 }
    }

    /// - Parameter isRepeat: the run was asked for by an earlier conclusion.
    func conclude(_ run: JourneyRun, isRepeat: Bool) -> Conclusion {
        state.withLock { state in
            if isRepeat { state.isRepeating = false }
            let wait = state.tracker.observe(isSuccess: run.isSuccess, startedAt: run.startedAt)
            state.durations.observe(run.duration)
            state.labels = run.seriesLabels
            let isOurs = wait != nil && !state.isRepeating
            if isOurs { state.isRepeating = true }
            return Conclusion(
                state: state.tracker.state, failingSince: state.tracker.failingSince,
                samples: samples(of: run, state.tracker, state.durations), repeatAfter: isOurs ? wait : nil)
        }
    }

    /// A repeat that was asked for will not take place.
    func abandonRepeat() {
        state.withLock { $0.isRepeating = false }
    }

    /// The last verdict once more, for the time between two runs: whoever asks for what was so lately finds it, however far they are apart.
    func standing(at now: Timestamp) -> [Sample] {
        state.withLock { state in state.labels.map { verdict(of: state.tracker, $0, at: now) } ?? [] }
    }

    // MARK: - Private

    private func samples(of run: JourneyRun, _ tracker: ConfirmationTracker, _ durations: DurationDistribution) -> [Sample] {
        let labels = run.seriesLabels
        let name: LabelSet = [LabelSet.metricNameLabel: "probe_run_duration_seconds"]
        return verdict(of: tracker, labels, at: run.finishedAt)
            + [Sample(labels: labels.merging(name), timestamp: run.finishedAt, histogram: durations.histogram)]
    }

    private func verdict(of tracker: ConfirmationTracker, _ labels: LabelSet, at moment: Timestamp) -> [Sample] {
        func sample(_ name: String, _ value: Double, _ more: LabelSet = [:]) -> Sample {
            Sample(labels: labels.merging(more).merging([LabelSet.metricNameLabel: name]), timestamp: moment, value: value)
        }
        var samples = JourneyState.allCases.map { state in
            sample("postwatch_journey_state", tracker.state == state ? 1 : 0, ["state": state.rawValue])
        }
        // Before the first verdict there is none to tell: what was known before a restart stays.
        if let isUp = tracker.isUp { samples.append(sample("postwatch_journey_up", isUp ? 1 : 0)) }
        samples.append(sample("postwatch_journey_vantages_required", Double(policy.vantages)))
        return samples
    }
}
