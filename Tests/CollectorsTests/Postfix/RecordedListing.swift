@testable import Collectors

/// What a listing said, kept as it was.
struct RecordedListing: QueueListingSink {
    struct Message: Hashable {
        let queue: MailQueue
        let id: String
        let arrival: Int64
        let size: Int
        var recipients: [Recipient]
    }

    struct Recipient: Hashable {
        let address: String
        let reason: String
    }

    private(set) var messages: [Message] = []
    private var recipients: [Recipient] = []

    mutating func take(recipient: UnsafeRawBufferPointer, reason: UnsafeRawBufferPointer, of message: ListedMessage) {
        recipients.append(Recipient(address: String(decoding: recipient, as: UTF8.self), reason: String(decoding: reason, as: UTF8.self)))
    }

    mutating func take(_ message: ListedMessage, id: UnsafeRawBufferPointer) {
        messages.append(
            Message(
                queue: message.queue, id: String(decoding: id, as: UTF8.self), arrival: message.arrival, size: message.size,
                recipients: recipients))
        recipients = []
    }
}
