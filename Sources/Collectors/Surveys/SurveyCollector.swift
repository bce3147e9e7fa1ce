import PostwatchModel
import PostwatchRuntime
import Synchronization

/// Makes a survey on an interval of its own, beside the rounds, and reports the latest one on every beat: a round neither waits for it nor
/// hurries it. Figures that are too old are not reported.
final class SurveyCollector: Collecting {
    /// After a survey that could not look at everything.
    private static let patienceAfterFailure: Duration = .seconds(60)
    /// How much longer than its timeout a survey may take before it is left to itself: it should have ended by then.
    private static let margin: Duration = .seconds(5)

    private struct State: Sendable {
        /// `nil` until the first survey is over.
        var latest: Survey?
        /// When that was over; before, when the first one was begun. `nil` until then.
        var freshness: Timestamp?
        /// Whether one is being made, be it one that was left to itself.
        var isLooking = false
    }

    let name: String
    private let survey: any Surveying
    private let pace: SurveyPace
    private let world: World
    private let state: Mutex<State> = Mutex(State())

    init(name: String, pace: SurveyPace, world: World, survey: any Surveying) {
        self.name = name
        self.pace = pace
        self.world = world
        self.survey = survey
    }

    /// Nothing before the first survey is over. Throws `.timedOut` when the latest is so old that a further one must be hanging.
    func collect(at moment: Timestamp) async throws(CollectionFailure) -> [Measurement] {
        let state = state.withLock { $0 }
        guard let freshness = state.freshness else { return [] }
        guard moment - freshness <= ageLimit else {
            throw .timedOut(after: ageLimit, while: "a new survey was waited for; restart the agent if it stays so")
        }
        return (state.latest?.measurements ?? []) + time(of: state)
    }

    func measurements(after failure: CollectionFailure) -> [Measurement] {
        survey.figuresOfFailure + time(of: state.withLock { $0 })
    }

    var findings: [String] { state.withLock { $0.latest?.findings ?? [] } }

    /// Makes one survey and keeps it, unless an earlier one is still being made. Returns whether everything could be looked at. Ends a
    /// little after the pace's timeout at the latest.
    @discardableResult
    func look() async -> Bool {
        let moment = world.now()
        let mayLook = state.withLock { state in
            if state.freshness == nil { state.freshness = moment }
            defer { state.isLooking = true }
            return !state.isLooking
        }
        guard mayLook else { return false }
        let found = await world.result(within: pace.timeout + Self.margin) { [self] in
            defer { state.withLock { $0.isLooking = false } }
            return await survey.survey(at: moment)
        }
        // One that was cancelled has seen nothing but that.
        guard let found, !Task.isCancelled else { return false }
        let end = world.now()
        state.withLock { state in
            state.latest = found
            state.freshness = end
        }
        return found.isComplete
    }

    /// Makes surveys until it is cancelled, the first at once. Throws `CancellationError`.
    func run() async throws {
        let beat = Beat(every: pace.every, spreadBy: name)
        while true {
            let isComplete = await look()
            let now = world.now()
            let next = beat.start(after: now)
            try await world.sleep(until: isComplete ? next : min(next, now + Self.patienceAfterFailure))
        }
    }

    // MARK: - Private

    /// Twice the interval; more where a single survey may take longer than that.
    private var ageLimit: Duration { max(pace.every * 2, pace.every + pace.timeout + Self.margin) }

    private func time(of state: State) -> [Measurement] {
        guard state.latest != nil, let freshness = state.freshness else { return [] }
        return [
            Measurement(
                "postwatch_survey_timestamp_seconds", .gauge, help: "When the latest survey was over, in seconds since 1970.",
                points: [.init(labels: ["collector": name], value: freshness.seconds)])
        ]
    }
}
