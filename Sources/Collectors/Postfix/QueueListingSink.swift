/// Takes what a queue listing says, message by message. Bytes are valid during the call only.
protocol QueueListingSink {
    /// Somebody whom the message has not reached yet. Comes before the message itself.
    /// - Parameter reason: why the last delivery was put off; empty when none was tried.
    mutating func take(recipient: UnsafeRawBufferPointer, reason: UnsafeRawBufferPointer, of message: ListedMessage)
    /// A message, behind all of its recipients.
    mutating func take(_ message: ListedMessage, id: UnsafeRawBufferPointer)
}

/// One message in a queue of Postfix.
struct ListedMessage: Hashable, Sendable {
    let queue: MailQueue
    /// When Postfix took it, in seconds since 1970-01-01T00:00:00Z. Not the file's own time, which the queue manager sets to the next try.
    let arrival: Int64
    /// In bytes.
    let size: Int
}
