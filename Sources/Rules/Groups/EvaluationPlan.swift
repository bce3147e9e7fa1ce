import PostwatchModel

/// When a group of rules is evaluated. Pure: a moment goes in, what is to be done comes out.
///
/// Evaluations bear their planned times, so they never drift. One that is late is done once, at the newest planned time, and the beats in
/// between are counted as missed; after a longer stop they are made up for, within a bound.
public struct EvaluationPlan: Hashable, Sendable {
    /// Which missed evaluations are made up for.
    public struct CatchUp: Hashable, Sendable {
        /// A gap of less is no stop, but a slow evaluation. Default: 1 min.
        public var shortestGap: Duration
        /// How far back evaluations are made up for. Default: 1 h.
        public var longestGap: Duration
        /// At most so many, however short the interval. Default: 720, an hour at 5 s.
        public var mostEvaluations: Int
        /// How long evaluations are made up for before those of now are looked after again. Default: 250 ms.
        public var budget: Duration
        /// At most so many evaluations in that time; at least one is done. Default: 1000.
        public var mostAtOnce: Int

        public init(
            shortestGap: Duration = .seconds(60), longestGap: Duration = .seconds(3600), mostEvaluations: Int = 720,
            budget: Duration = .milliseconds(250), mostAtOnce: Int = 1000
        ) {
            self.shortestGap = shortestGap
            self.longestGap = longestGap
            self.mostEvaluations = mostEvaluations
            self.budget = budget
            self.mostAtOnce = mostAtOnce
        }
    }

    /// What is to be done now.
    public struct Due: Hashable, Sendable {
        /// To be made up for, oldest first.
        public var missed: [Timestamp] = []
        /// Time before those that nobody evaluates anything in.
        public var passedOver = Duration.zero
        /// The evaluation of now; `nil` when none is due.
        public var current: Timestamp?
        /// Beats that stay undone.
        public var skippedBeats: Int64 = 0

        /// Nothing.
        public init() {}
    }

    public let beat: Beat
    private let catchUp: CatchUp
    /// The last evaluation, done or given up.
    private var last: Timestamp
    /// After a catch-up a gap is not made up for again: who is too slow for his interval would never be done.
    private var mayCatchUp = true

    /// - Parameter last: the last evaluation before the server started; `nil` when there was none.
    public init(beat: Beat, last: Timestamp?, startedAt: Timestamp, catchUp: CatchUp = CatchUp()) {
        self.beat = beat
        self.catchUp = catchUp
        // A clock that was set back must not silence a group.
        self.last = last.map { min($0, startedAt) } ?? startedAt
    }

    /// The next planned evaluation.
    public var next: Timestamp { beat.start(after: last) }

    /// Takes up to `now` as dealt with.
    public mutating func take(at now: Timestamp) -> Due {
        var due = Due()
        let count = beat.starts(after: last, through: now)
        guard count > 0 else { return due }
        let newest = beat.start(after: last) + beat.interval * Int(count - 1)
        due.current = newest
        let isStop = count > 2 && newest - last >= catchUp.shortestGap
        if isStop && mayCatchUp {
            let bound = max(last, now - catchUp.longestGap)
            var moment = beat.start(after: bound)
            while moment < newest {
                due.missed.append(moment)
                moment = moment + beat.interval
            }
            due.missed = due.missed.suffix(catchUp.mostEvaluations)
            if let first = due.missed.first, first > beat.start(after: last) { due.passedOver = first - beat.start(after: last) }
            mayCatchUp = false
        } else {
            mayCatchUp = true
        }
        due.skippedBeats = count - 1 - Int64(due.missed.count)
        last = newest
        return due
    }
}
