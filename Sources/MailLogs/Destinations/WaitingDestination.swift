/// What waits in a queue for one domain, or for all that share the last row of a table.
public struct WaitingDestination: Hashable, Sendable {
    /// Messages that wait for one reason.
    public struct Cause: Hashable, Sendable {
        public let wait: QueueWait
        public let messages: Int
        /// When the oldest of them arrived, in seconds since 1970-01-01T00:00:00Z.
        public let oldestArrival: Int64
        /// What was said of one of them: at most 200 bytes, without addresses. Empty when nothing was, or it is not kept.
        public let lastText: String
    }

    /// In lower case, at most 64 bytes; empty for recipients without domain; `other` for the rest.
    public let domain: String
    /// Each message once, however many recipients it has there.
    public let messages: Int
    /// When the oldest of them arrived, in seconds since 1970-01-01T00:00:00Z.
    public let oldestArrival: Int64
    /// How many messages are at most as old as each of `QueueTable.ageBounds`, and last how many are older; not cumulative.
    public let ages: [Int]
    /// The sum of all ages, in seconds.
    public let ageSum: Int64
    /// Most messages first. A message that waits for two reasons counts under both.
    public let causes: [Cause]
}
