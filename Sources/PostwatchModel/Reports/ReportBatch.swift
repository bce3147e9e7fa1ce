/// What agents told, checked and ready to be kept: all of it, or none.
public struct ReportBatch: Hashable, Sendable {
    /// Runs at other vantages than the server's own.
    public var runs: [JourneyReport] = []
    public var passages: [ProbePassage] = []
    public var transits: [Transit] = []
    /// Ends of messages of other vantages.
    public var messages: [MessageReport] = []

    public init() {}

    public var count: Int { runs.count + passages.count + transits.count + messages.count }
    public var isEmpty: Bool { count == 0 }
}
