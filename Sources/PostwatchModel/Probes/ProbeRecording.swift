/// Keeps on disk what becomes of probe messages.
public protocol ProbeRecording: Sendable {
    /// What is known of a journey's messages from before, those noted in this process included. Reads from disk while the caller waits.
    func account(of journey: String, vantage: String) throws -> ProbeAccount
    /// Takes in what has changed, and returns at once. It is on disk soon after, whole, together with what others noted meanwhile and
    /// never before what was noted earlier. What cannot be written is kept, and tried again with what comes next.
    func note(_ change: ProbeChange)
    /// Returns when everything that was noted before is on disk. Throws when that cannot be done now, and at once when it is cancelled.
    func flush() async throws
    /// Those of the messages that are known. One that has ended is known for some days.
    func probes(_ ids: [String]) async throws -> [ProbeRecord]
}

/// The books of one journey at one vantage.
public struct ProbeAccount: Hashable, Sendable {
    public var tally: ProbeTally
    /// Messages that have not ended.
    public var outstanding: [ProbeRecord]

    public init(tally: ProbeTally = ProbeTally(), outstanding: [ProbeRecord] = []) {
        self.tally = tally
        self.outstanding = outstanding
    }
}

/// Messages of one journey as they are now, with the totals that belong to that: both are written, or neither.
public struct ProbeChange: Hashable, Sendable {
    public let journey: String
    public let vantage: String
    public let tally: ProbeTally
    public let records: [ProbeRecord]

    public init(journey: String, vantage: String, tally: ProbeTally, records: [ProbeRecord]) {
        self.journey = journey
        self.vantage = vantage
        self.tally = tally
        self.records = records
    }
}
