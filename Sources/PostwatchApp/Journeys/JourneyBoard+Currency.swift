import PostwatchModel

extension JourneyReport {
    /// A journey that has not reported for so many of its intervals says nothing any more: its vantage is gone, or the journey.
    private static let memory = 5

    /// Whether it still tells how things are.
    func isCurrent(at now: Timestamp) -> Bool { now - run.finishedAt <= interval * Self.memory + .seconds(60) }
}
