import PostwatchModel

/// When a fault that is seen again and again is to be told: when it begins, when its text changes, once an hour while it lasts, and when
/// it ends. A place that changes its mind with every look is told of a bounded number of times an hour.
struct FaultTracker: Sendable {
    /// How long a fault has lasted, and how often it was seen.
    struct Span: Hashable, Sendable {
        let since: Timestamp
        var times: Int
    }

    enum Effect: Hashable, Sendable {
        case silence
        case begun
        /// It has another text than those that were told in this hour.
        case changed
        case lasting
        case ended
    }

    static let reminder = Duration.seconds(3600)
    /// Beginnings and changes that are told in an hour; a fault that was told has its end told too.
    static let mostInAnHour = 10

    /// Of the fault that lasts; `nil` when all is well.
    private(set) var span: Span?
    private var text = ""
    /// Somebody knows of the fault that lasts.
    private var isTold = false
    private var lastTold: Timestamp?
    private var hour: Timestamp?
    private var toldInHour = 0
    private var textsOfHour: Set<String> = []

    /// - Parameter fault: what was seen; `nil` when all is well.
    mutating func observe(_ fault: String?, at now: Timestamp) -> Effect {
        guard let fault else { return end() }
        turnHour(at: now)
        text = fault
        guard span != nil else {
            span = Span(since: now, times: 1)
            return tell(.begun, at: now)
        }
        span?.times += 1
        if isTold, let lastTold, isWithinAnHour(now, of: lastTold) {
            return textsOfHour.contains(fault) ? .silence : tell(.changed, at: now)
        }
        return tell(.lasting, at: now)
    }

    // MARK: - Private

    /// A clock that was set back must not silence a fault.
    private func isWithinAnHour(_ now: Timestamp, of moment: Timestamp) -> Bool {
        now >= moment && now - moment < Self.reminder
    }

    private mutating func turnHour(at now: Timestamp) {
        if let hour, isWithinAnHour(now, of: hour) { return }
        hour = now
        toldInHour = 0
        // What lasts from the hour before is known.
        textsOfHour = isTold ? [text] : []
    }

    private mutating func tell(_ effect: Effect, at now: Timestamp) -> Effect {
        guard toldInHour < Self.mostInAnHour else { return .silence }
        toldInHour += 1
        textsOfHour.insert(text)
        lastTold = now
        isTold = true
        return effect
    }

    private mutating func end() -> Effect {
        let effect = isTold ? Effect.ended : .silence
        span = nil
        isTold = false
        return effect
    }
}
