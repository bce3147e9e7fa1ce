import PostwatchModel
import PostwatchRuntime
import Synchronization

/// Makes a survey on an interval of its own, beside the rounds, and reports the latest one on every beat: a round neither waits for it nor
/// hurries it.
final class SurveyCollector: Collecting {
    /// After a survey that could not look at everything.
    private static let patienceAfterFailure: Duration = .seconds(60)

    let name: String
    private let survey: any Surveying
    private let pace: SurveyPace
    private let world: World
    /// `nil` until the first survey is over.
    private let latest: Mutex<Survey?> = Mutex(nil)

    init(name: String, pace: SurveyPace, world: World, survey: any Surveying) {
        self.name = name
        self.pace = pace
        self.world = world
        self.survey = survey
    }

    /// Nothing before the first survey is over.
    func collect(at moment: Timestamp) async throws(CollectionFailure) -> [Measurement] {
        latest.withLock { $0?.measurements ?? [] }
    }

    var findings: [String] { latest.withLock { $0?.findings ?? [] } }

    /// Makes one survey and keeps it. Returns whether everything could be looked at.
    @discardableResult
    func look() async -> Bool {
        let survey = await survey.survey(at: world.now())
        // One that was cancelled has seen nothing but that.
        if !Task.isCancelled { latest.withLock { $0 = survey } }
        return survey.isComplete
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
}
