/// What a vantage tells of a journey after each run: the run, and what the receiver must know of the journey itself.
public struct JourneyReport: Hashable, Sendable, Reportable {
    public static let reportType = "journey"

    public let run: JourneyRun
    /// Names of the nodes that the journey passes through, in order.
    public let path: [String]
    /// The time between two starts.
    public let interval: Duration
    /// What the vantage makes of its last runs; `nil` when it does not say.
    public let state: JourneyState?
    /// When the first of its failed runs began that have not been outweighed yet; `nil` while all is well.
    public let failingSince: Timestamp?

    public init(
        run: JourneyRun, path: [String], interval: Duration, state: JourneyState? = nil, failingSince: Timestamp? = nil
    ) {
        self.run = run
        self.path = path
        self.interval = interval
        self.state = state
        self.failingSince = failingSince
    }
}
