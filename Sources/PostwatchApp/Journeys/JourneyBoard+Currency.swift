import PostwatchModel

extension JourneyBoard.Entry {
    /// A journey that has not reported for so many of its intervals says nothing any more: its vantage is gone, or the journey.
    private static let memory = 5

    /// Whether it still tells how things are, by the server's clock: that of its vantage may be wrong.
    func isCurrent(at now: Timestamp) -> Bool { now - takenAt <= report.interval * Self.memory + .seconds(60) }
}
