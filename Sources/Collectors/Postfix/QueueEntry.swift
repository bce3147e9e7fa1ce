import PostwatchModel

/// One message in a queue of Postfix.
public struct QueueEntry: Hashable, Sendable {
    /// Somebody whom the message has not reached yet.
    public struct Recipient: Hashable, Sendable {
        public let address: String
        /// Why the last delivery was put off; empty when none was tried.
        public let reason: String

        public init(address: String, reason: String) {
            self.address = address
            self.reason = reason
        }
    }

    /// `active`, `deferred`, `hold`, `incoming`, `maildrop`.
    public let queueName: String
    public let queueID: String
    /// When Postfix took the message, to the second. Not the file's own time, which the queue manager sets to the next try.
    public let arrivedAt: Timestamp
    /// In bytes.
    public let size: Int
    /// Empty or `MAILER-DAEMON` for a notice of failure.
    public let sender: String
    /// The first of them, as many as the parser keeps.
    public let recipients: [Recipient]
    /// All of them.
    public let recipientCount: Int

    public init(
        queueName: String, queueID: String, arrivedAt: Timestamp, size: Int, sender: String, recipients: [Recipient], recipientCount: Int
    ) {
        self.queueName = queueName
        self.queueID = queueID
        self.arrivedAt = arrivedAt
        self.size = size
        self.sender = sender
        self.recipients = recipients
        self.recipientCount = recipientCount
    }
}
