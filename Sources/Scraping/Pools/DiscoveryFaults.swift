import PostwatchModel
import Synchronization

/// Tells of the places of one job whose targets could not be looked up.
final class DiscoveryFaults: Sendable {
    /// Places are files, addresses and names of a configuration; many more than that are none.
    private static let mostPlaces = 1000

    private let job: String
    private let surroundings: ScrapeSurroundings
    private let trackers = Mutex<[String: FaultTracker]>([:])

    init(job: String, surroundings: ScrapeSurroundings) {
        self.job = job
        self.surroundings = surroundings
    }

    /// - Parameters:
    ///   - reason: why nothing was found at a place; `nil` when something was.
    ///   - isAttempt: false for a reminder of what failed before: it is not counted unless it is told.
    func note(_ place: String, _ reason: String?, isAttempt: Bool = true) {
        let now = surroundings.world.now()
        let (before, effect) = trackers.withLock { trackers in
            guard reason != nil || trackers[place] != nil else { return (FaultTracker.Span?.none, FaultTracker.Effect.silence) }
            // Forgetting costs a line too many at most.
            if trackers.count >= Self.mostPlaces && trackers[place] == nil { trackers = trackers.filter { $0.value.span != nil } }
            if trackers.count >= Self.mostPlaces && trackers[place] == nil { return (nil, .silence) }
            let before = trackers[place]?.span
            return (before, trackers[place, default: FaultTracker()].observe(reason, at: now))
        }
        if let reason {
            guard isAttempt || effect != .silence else { return }
            surroundings.report(TargetDiscoveryFailed(job: job, place: place, reason: reason), after: effect)
        } else if let before {
            surroundings.report(TargetDiscoverySucceeded(job: job, place: place, span: before), after: effect)
        }
    }
}
