import PostwatchModel

/// Says whether something may be told in the log again, of each of many: not more often than once in an interval. Counters tell the rest.
public struct LogPacing<Key: Hashable & Sendable>: Sendable {
    /// Of one key, between two lines.
    private let interval: Duration
    /// Keys that are remembered; while there are so many, none that is new is told.
    private let capacity: Int
    private var last: [Key: Timestamp] = [:]

    /// - Parameters:
    ///   - interval: default: 60 s.
    ///   - capacity: default: 1000.
    public init(interval: Duration = .seconds(60), capacity: Int = 1000) {
        self.interval = interval
        self.capacity = capacity
    }

    /// Whether it may be told now; then it has been.
    public mutating func admits(_ key: Key, at now: Timestamp) -> Bool {
        let interval = interval
        // A clock that was set back does not silence anybody for long.
        let isRecent = { (moment: Timestamp) in moment <= now && now - moment < interval }
        if let moment = last[key], isRecent(moment) { return false }
        if last.count >= capacity, last[key] == nil { last = last.filter { isRecent($0.value) } }
        guard last.count < capacity || last[key] != nil else { return false }
        last[key] = now
        return true
    }
}
