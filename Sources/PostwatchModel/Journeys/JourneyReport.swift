/// What a vantage tells of a journey after each run: the run, and what the receiver must know of the journey itself.
public struct JourneyReport: Hashable, Sendable, Reportable {
    public static let reportType = "journey"

    public let run: JourneyRun
    /// Names of the nodes that the journey passes through, in order.
    public let path: [String]
    /// The time between two starts.
    public let interval: Duration

    public init(run: JourneyRun, path: [String], interval: Duration) {
        self.run = run
        self.path = path
        self.interval = interval
    }
}
