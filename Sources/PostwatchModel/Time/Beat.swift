/// When a loop starts its runs. Tied to the clock: a slow run skips beats, it does not shift them.
public struct Beat: Hashable, Sendable {
    /// Time between two starts. Must be > 0.
    public let interval: Duration
    /// Offset inside the interval that spreads load, `0 ..< interval`.
    public let phase: Duration

    /// `phase` is taken modulo `interval`. An interval below one millisecond is our bug.
    public init(every interval: Duration, phase: Duration = .zero) {
        precondition(interval.wholeMilliseconds > 0, "a beat needs an interval of at least 1 ms")
        self.interval = interval
        let remainder = phase.wholeMilliseconds % interval.wholeMilliseconds
        self.phase = .milliseconds(remainder < 0 ? remainder + interval.wholeMilliseconds : remainder)
    }

    /// A beat whose phase is derived from `name`: many loops of one interval spread evenly, and keep their place over restarts.
    public init(every interval: Duration, spreadBy name: String) {
        let hash = StableHash(name.utf8).value
        self.init(every: interval, phase: .milliseconds(Int64(hash % UInt64(max(1, interval.wholeMilliseconds)))))
    }

    /// The first start strictly after `moment`. Pure, O(1).
    public func start(after moment: Timestamp) -> Timestamp {
        let step = interval.wholeMilliseconds
        let offset = phase.wholeMilliseconds
        let shifted = moment.milliseconds - offset
        let quotient = shifted >= 0 ? shifted / step : -((-shifted + step - 1) / step)
        return Timestamp(milliseconds: (quotient + 1) * step + offset)
    }

    /// How many starts lie in `(earlier, later]`; above 1 after a wait means that beats were missed.
    public func starts(after earlier: Timestamp, through later: Timestamp) -> Int64 {
        let first = start(after: earlier)
        guard later >= first else { return 0 }
        return (later.milliseconds - first.milliseconds) / interval.wholeMilliseconds + 1
    }
}
