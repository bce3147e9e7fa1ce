/// How long to wait after a request that failed: doubling, with jitter so that many agents do not come back together.
struct RetryPacing: Sendable {
    static let shortest = Duration.milliseconds(500)
    static let longest = Duration.seconds(30)

    private var failures = 0

    /// - Parameters:
    ///   - retryAfter: what the receiver asked for.
    ///   - jitter: `0 ..< 1`, drawn anew each time; the wait is between half of the full one and all of it.
    mutating func wait(retryAfter: Duration?, jitter: Double) -> Duration {
        let full = min(Self.longest, Self.shortest * (1 << min(failures, 10)))
        failures += 1
        let wait = full * (0.5 + jitter / 2)
        return max(wait, min(retryAfter ?? .zero, .seconds(3600)))
    }

    mutating func succeed() {
        failures = 0
    }
}
