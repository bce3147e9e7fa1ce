/// What it takes to count a journey as down, and as up again: slow confirmation on the beat, then rapid repeats, then a verdict.
/// Source: Dovecot's dovemon, whose default is three failures, then ten rapid rounds of which seven must fail.
public struct ConfirmationPolicy: Hashable, Sendable {
    /// Runs in a row that must fail before they are repeated rapidly. At least 1, which is the default.
    public var failures: Int
    /// How often a failed run is repeated at most. Default: 2; 0: the failures alone decide.
    public var repeats: Int
    /// Repeats that must fail, too. Default: seven of ten, rounded up; `0...repeats`.
    public var failing: Int
    /// From the end of a run to its repeat. Default: 5 s.
    public var interval: Duration
    /// Good runs in a row that end it; they are repeated rapidly as well. At least 1. Default: 2.
    public var recoveries: Int
    /// Vantages that must have come to that verdict before anybody is alarmed; all that report, where they are fewer. Default: 1.
    public var vantages: Int

    public init(
        failures: Int = 1, repeats: Int = 2, failing: Int? = nil, interval: Duration = .seconds(5), recoveries: Int = 2, vantages: Int = 1
    ) {
        self.failures = max(1, failures)
        self.repeats = max(0, repeats)
        self.failing = min(max(0, failing ?? Self.usualFailing(of: repeats)), max(0, repeats))
        self.interval = interval
        self.recoveries = max(1, recoveries)
        self.vantages = max(1, vantages)
    }

    /// Seven of ten, rounded up.
    public static func usualFailing(of repeats: Int) -> Int { (max(0, repeats) * 7 + 9) / 10 }
}
