import PostwatchModel

/// How long messages that have ended are remembered one by one. The totals are kept for ever, and messages that have not ended too.
public struct ProbeLimits: Hashable, Sendable {
    /// Default: 7 days.
    public var age = Duration.seconds(7 * 86_400)
    /// Messages that ended in order. The oldest go first. Default: 100,000, about 30 MB.
    public var ordinary = 100_000
    /// All others: those that somebody may ask about. The oldest go first. Default: 100,000.
    public var remarkable = 100_000

    public init() {}
}
