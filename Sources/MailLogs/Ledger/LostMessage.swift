/// A message of which no line says how it ended.
public struct LostMessage: Hashable, Sendable {
    public let queueID: String
    public let host: String
    public let instance: String
    /// `vanished` or `unexplained`.
    public let outcome: MessageOutcome
    /// When its first and its last line were written, in seconds since 1970-01-01T00:00:00Z.
    public let firstSeen: Int64
    public let lastSeen: Int64
    /// Empty when it is not known, or the sender is `<>`.
    public let senderDomain: String
    /// The domain that put it off last; empty when none did.
    public let recipientDomain: String
}
