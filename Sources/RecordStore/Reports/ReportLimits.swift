import PostwatchModel

/// How much of what agents and journeys tell is kept: agents are many, and one may be a stranger, so it is bounded in bytes of records too.
/// The file holds about half as much again for rows and indices.
public struct ReportLimits: Hashable, Sendable {
    /// One kind of records.
    public struct Share: Hashable, Sendable {
        public var age: Duration
        /// The oldest go first.
        public var rows: Int
        public var bytes: Int

        public init(age: Duration, rows: Int, bytes: Int) {
            self.age = age
            self.rows = rows
            self.bytes = bytes
        }
    }

    /// Default: 3 days, 50,000, 64 MiB, of usually less than 1 KiB each.
    public var passages = Share(age: .seconds(3 * 86_400), rows: 50_000, bytes: 64 << 20)
    /// Default: 3 days, 200,000, 192 MiB, of usually less than 1 KiB each.
    public var transits = Share(age: .seconds(3 * 86_400), rows: 200_000, bytes: 192 << 20)
    /// Default: 7 days, 20,000, 64 MiB.
    public var runs = Share(age: .seconds(7 * 86_400), rows: 20_000, bytes: 64 << 20)
    /// Ends of messages. Default: 7 days, 100,000, 32 MiB, of usually less than 300 bytes each.
    public var messages = Share(age: .seconds(7 * 86_400), rows: 100_000, bytes: 32 << 20)
    /// After so much was written they are looked at before the minute is over. Default: 16 MiB.
    public var bytesBetweenTrims = 16 << 20

    public init() {}
}
