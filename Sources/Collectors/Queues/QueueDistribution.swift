import PostwatchModel

/// How old and how large the messages of a queue are, built up message by message, so that a million of them need no more memory than one.
struct QueueDistribution: Hashable, Sendable {
    /// In seconds. Minutes tell a slow queue from a stuck one, hours a late message from one that will be returned (after five days).
    static let ageBounds = [
        10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 172_800, 432_000,
    ]
    /// In bytes.
    static let sizeBounds = [1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]

    private(set) var ages = Histogram(bounds: ageBounds)
    private(set) var sizes = Histogram(bounds: sizeBounds)
    /// In seconds; 0 when nothing waits.
    private(set) var oldestAge = 0.0

    /// - Parameter age: In seconds. A message may arrive after the round began: then it is negative, and counts as 0.
    mutating func add(age: Double) {
        let seconds = max(0, age)
        ages.record(seconds)
        oldestAge = max(seconds, oldestAge)
    }

    /// - Parameter size: In bytes.
    mutating func add(size: Int) {
        sizes.record(Double(size))
    }
}
