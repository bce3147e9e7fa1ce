import PostwatchModel

/// Reads what Postfix' `showq` service writes: for each message a list of `name NUL value NUL`, ended by an empty name; after the last
/// message an empty list. Postfix 3.6 and later begin with a list that names the protocol, earlier 3.x do not.
///
/// Bytes may come in pieces of any size. Memory is bounded: one field, one message, and the recipients that are kept.
/// Source: Postfix, showq(8) and attr_print0(3); checked against what Postfix 3.7 writes.
public struct QueueListingParser: Sendable {
    /// The bytes are not a queue listing.
    public enum Fault: Error, Hashable, Sendable {
        /// A field is longer than 64 KiB: this is another service, or Postfix 2, which writes plain text.
        case fieldTooLong
        /// The service greets with another protocol.
        case otherProtocol(String)
        /// A message without this attribute.
        case missing(attribute: String)
        /// An attribute that should be a whole number of 0 or more.
        case notANumber(attribute: String, value: String)
        /// The stream ended before the listing did.
        case truncated
    }

    /// Whether the end of the listing was read; bytes after it are ignored.
    public private(set) var isComplete = false

    private static let longestField = 65_536
    private static let protocolName = "mail_queue_list_protocol"

    private let recipientLimit: Int
    private var field: [UInt8] = []
    private var attribute: String?
    private var message = Message()

    /// - Parameter recipientLimit: How many recipients of a message are kept, with their reasons. The rest is only counted.
    public init(keepingRecipients recipientLimit: Int = 100) {
        self.recipientLimit = recipientLimit
    }

    /// Takes the next bytes and hands over each message that they complete. After a fault the parser is of no more use.
    public mutating func consume(_ bytes: ArraySlice<UInt8>, _ take: (QueueEntry) -> Void) throws(Fault) {
        var rest = bytes
        while !isComplete, let end = rest.firstIndex(of: 0) {
            try extend(rest[..<end])
            rest = rest[(end + 1)...]
            // Cleared with its memory kept: there is one of these for every field of every message.
            let text = String(decoding: field, as: UTF8.self)
            field.removeAll(keepingCapacity: true)
            if let entry = try accept(text) { take(entry) }
        }
        if !isComplete { try extend(rest) }
    }

    /// Says that the stream has ended. Throws `truncated` when the listing had not.
    public func finish() throws(Fault) {
        if !isComplete { throw .truncated }
    }

    // MARK: - Private

    private struct Message: Hashable, Sendable {
        var attributes: [String: String] = [:]
        var recipients: [QueueEntry.Recipient] = []
        var recipientCount = 0

        var isEmpty: Bool { attributes.isEmpty && recipientCount == 0 }
    }

    private mutating func extend(_ bytes: ArraySlice<UInt8>) throws(Fault) {
        guard field.count + bytes.count <= Self.longestField else { throw .fieldTooLong }
        field += bytes
    }

    /// Takes a whole field: a name, a value, or the empty name that ends a list.
    private mutating func accept(_ text: String) throws(Fault) -> QueueEntry? {
        if let name = attribute {
            attribute = nil
            note(name, text)
            return nil
        }
        guard text.isEmpty else {
            attribute = text
            return nil
        }
        defer { message = Message() }
        if message.isEmpty {
            isComplete = true
            return nil
        }
        if let greeting = message.attributes["protocol"] {
            guard greeting == Self.protocolName else { throw .otherProtocol(greeting) }
            return nil
        }
        return try entry()
    }

    /// Of an unknown attribute only the presence matters: newer releases may add some, and a message is never empty.
    private mutating func note(_ name: String, _ value: String) {
        switch name {
        case "recipient":
            message.recipientCount += 1
            if message.recipients.count < recipientLimit {
                message.recipients.append(QueueEntry.Recipient(address: value, reason: ""))
            }
        case "reason":
            if message.recipientCount <= recipientLimit, let recipient = message.recipients.popLast() {
                message.recipients.append(QueueEntry.Recipient(address: recipient.address, reason: value))
            }
        case "protocol", "queue_name", "queue_id", "time", "size", "sender":
            message.attributes[name] = value
        default:
            message.attributes["other"] = ""
        }
    }

    private func entry() throws(Fault) -> QueueEntry {
        let time = try number("time")
        guard time <= Int64.max / 1000 else { throw .notANumber(attribute: "time", value: String(time)) }
        return QueueEntry(
            queueName: try text("queue_name"), queueID: try text("queue_id"), arrivedAt: Timestamp(milliseconds: Int64(time) * 1000),
            size: try number("size"), sender: message.attributes["sender"] ?? "", recipients: message.recipients,
            recipientCount: message.recipientCount)
    }

    private func text(_ name: String) throws(Fault) -> String {
        guard let value = message.attributes[name] else { throw .missing(attribute: name) }
        return value
    }

    private func number(_ name: String) throws(Fault) -> Int {
        let value = try text(name)
        guard let number = Int(value), number >= 0 else { throw .notANumber(attribute: name, value: value) }
        return number
    }
}

extension QueueListingParser.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .fieldTooLong: "a field of more than 64 KiB, where Postfix 3 writes short ones"
        case .otherProtocol(let name): "the protocol \"\(name.prefix(60))\" of another service"
        case .missing(let attribute): "a message without \(attribute)"
        case .notANumber(let attribute, let value): "\(attribute) \"\(value.prefix(60))\", which is not a number"
        case .truncated: "the end of the stream in the middle of the listing"
        }
    }
}
