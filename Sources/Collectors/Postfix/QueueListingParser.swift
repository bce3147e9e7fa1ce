import Glibc

/// Reads what Postfix' `showq` service writes: for each message a list of `name NUL value NUL`, ended by an empty name; after the last
/// message an empty list. Postfix 3.6 and later begin with a list that names the protocol, earlier 3.x do not.
///
/// Bytes may come in pieces of any size. Memory is bounded by two fields, however many recipients a message has; a field is looked at where
/// it lies, and copied only when a piece ends in the middle of it.
/// Source: Postfix, showq(8) and attr_print0(3); checked against what Postfix 3.7 writes.
struct QueueListingParser: Sendable {
    /// The bytes are not a queue listing.
    enum Fault: Error, Hashable, Sendable {
        /// A field is longer than 64 KiB: this is another service, or Postfix 2, which writes plain text.
        case fieldTooLong
        /// The service greets with another protocol.
        case otherProtocol(String)
        /// A message without this attribute.
        case missing(attribute: String)
        /// An attribute that should be a whole number of 0 or more.
        case notANumber(attribute: String, value: String)
        /// A queue that Postfix does not have.
        case unknownQueue(String)
        /// The stream ended before the listing did.
        case truncated
    }

    /// Whether the end of the listing was read; bytes after it are ignored.
    private(set) var isComplete = false

    private static let longestField = 65_536
    private static let protocolName = "mail_queue_list_protocol"

    private enum Attribute: Sendable {
        case greeting, queueName, queueID, time, size, recipient, reason, other
    }

    /// What is known of the message whose list is being read.
    private struct Draft: Sendable {
        var isEmpty = true
        var isGreeting = false
        var queue: MailQueue?
        var arrival: Int64?
        var size: Int?
        var hasID = false
        var hasRecipient = false
    }

    /// The beginning of a field whose end has not come yet.
    private var partial: [UInt8] = []
    /// The name of the attribute whose value comes next.
    private var attribute: Attribute?
    private var draft = Draft()
    private var id: [UInt8] = []
    private var recipient: [UInt8] = []

    /// Takes the next bytes and hands over what they complete. After a fault the parser is of no more use.
    mutating func consume(_ bytes: UnsafeRawBufferPointer, into sink: inout some QueueListingSink) throws(Fault) {
        var position = 0
        while !isComplete, let end = Self.zero(in: bytes, from: position) {
            let field = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
            position = end + 1
            if partial.isEmpty {
                guard field.count <= Self.longestField else { throw .fieldTooLong }
                try accept(field, &sink)
            } else {
                try extend(field)
                // Taken out for the call, so that it is not looked at and written to at once; its memory is kept.
                var whole: [UInt8] = []
                swap(&whole, &partial)
                let result: Result<Void, Fault> = whole.withUnsafeBytes { bytes in
                    Result { () throws(Fault) in try accept(bytes, &sink) }
                }
                swap(&whole, &partial)
                partial.removeAll(keepingCapacity: true)
                try result.get()
            }
        }
        if !isComplete { try extend(UnsafeRawBufferPointer(rebasing: bytes[position...])) }
    }

    /// Says that the stream has ended. Throws `truncated` when the listing had not.
    func finish() throws(Fault) {
        if !isComplete { throw .truncated }
    }

    // MARK: - Private

    /// Where the first zero at or behind `start` stands. Fields are so short that a call of memchr(3) for each costs more than to look for
    /// it here, at eight bytes at once.
    @inline(__always)
    private static func zero(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var position = start
        while position + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let zeros = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
            if zeros != 0 { return position + zeros.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < bytes.count {
            if bytes[position] == 0 { return position }
            position += 1
        }
        return nil
    }

    private mutating func extend(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
        guard partial.count + bytes.count <= Self.longestField else { throw .fieldTooLong }
        partial.append(contentsOf: bytes)
    }

    /// Takes a whole field: a name, a value, or the empty name that ends a list.
    private mutating func accept(_ field: UnsafeRawBufferPointer, _ sink: inout some QueueListingSink) throws(Fault) {
        if let name = attribute {
            attribute = nil
            draft.isEmpty = false
            try note(name, field, &sink)
        } else if !field.isEmpty {
            attribute = Self.attribute(field)
        } else if draft.isEmpty {
            isComplete = true
        } else {
            if !draft.isGreeting {
                let message = try message()
                flushRecipient(of: message, reason: UnsafeRawBufferPointer(start: nil, count: 0), &sink)
                guard draft.hasID else { throw .missing(attribute: "queue_id") }
                id.withUnsafeBytes { sink.take(message, id: $0) }
            }
            draft = Draft()
        }
    }

    private mutating func note(_ name: Attribute, _ value: UnsafeRawBufferPointer, _ sink: inout some QueueListingSink) throws(Fault) {
        switch name {
        case .greeting:
            guard Self.text(value) == Self.protocolName else { throw .otherProtocol(Self.text(value)) }
            draft.isGreeting = true
        case .queueName:
            guard let queue = Self.queue(value) else { throw .unknownQueue(Self.text(value)) }
            draft.queue = queue
        case .queueID:
            id.removeAll(keepingCapacity: true)
            id.append(contentsOf: UnsafeRawBufferPointer(rebasing: value.prefix(255)))
            draft.hasID = true
        case .time: draft.arrival = Int64(try Self.number(value, "time", upTo: Int(Int64.max / 1000)))
        case .size: draft.size = try Self.number(value, "size", upTo: .max)
        case .recipient:
            // One without a reason may precede.
            if draft.hasRecipient { flushRecipient(of: try message(), reason: UnsafeRawBufferPointer(start: nil, count: 0), &sink) }
            recipient.removeAll(keepingCapacity: true)
            recipient.append(contentsOf: value)
            draft.hasRecipient = true
        case .reason: if draft.hasRecipient { flushRecipient(of: try message(), reason: value, &sink) }
        case .other: break
        }
    }

    private mutating func flushRecipient(
        of message: ListedMessage, reason: UnsafeRawBufferPointer, _ sink: inout some QueueListingSink
    ) {
        guard draft.hasRecipient else { return }
        draft.hasRecipient = false
        recipient.withUnsafeBytes { sink.take(recipient: $0, reason: reason, of: message) }
    }

    private func message() throws(Fault) -> ListedMessage {
        guard let arrival = draft.arrival else { throw .missing(attribute: "time") }
        guard let queue = draft.queue else { throw .missing(attribute: "queue_name") }
        guard let size = draft.size else { throw .missing(attribute: "size") }
        return ListedMessage(queue: queue, arrival: arrival, size: size)
    }

    /// Of an unknown attribute only the presence matters: newer releases may add some.
    private static func attribute(_ field: UnsafeRawBufferPointer) -> Attribute {
        switch field.count {
        case 4 where equals(field, "time"): .time
        case 4 where equals(field, "size"): .size
        case 6 where equals(field, "reason"): .reason
        case 8 where equals(field, "queue_id"): .queueID
        case 8 where equals(field, "protocol"): .greeting
        case 9 where equals(field, "recipient"): .recipient
        case 10 where equals(field, "queue_name"): .queueName
        default: .other
        }
    }

    private static func queue(_ field: UnsafeRawBufferPointer) -> MailQueue? {
        switch field.count {
        case 4 where equals(field, "hold"): .hold
        case 6 where equals(field, "active"): .active
        case 8 where equals(field, "deferred"): .deferred
        case 8 where equals(field, "incoming"): .incoming
        case 8 where equals(field, "maildrop"): .maildrop
        default: nil
        }
    }

    private static func equals(_ field: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
        guard let start = field.baseAddress, field.count == text.utf8CodeUnitCount else { return false }
        return memcmp(start, text.utf8Start, field.count) == 0
    }

    private static func number(_ field: UnsafeRawBufferPointer, _ name: String, upTo most: Int) throws(Fault) -> Int {
        var value = 0
        for byte in field {
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (next, isAbove) = tens.addingReportingOverflow(Int(byte) - 48)
            guard (48...57).contains(byte), !isTooLarge, !isAbove, next <= most else {
                throw .notANumber(attribute: name, value: text(field))
            }
            value = next
        }
        guard !field.isEmpty else { throw .notANumber(attribute: name, value: "") }
        return value
    }

    private static func text(_ field: UnsafeRawBufferPointer) -> String {
        String(decoding: field, as: UTF8.self)
    }
}

extension QueueListingParser.Fault: CustomStringConvertible {
    var description: String {
        switch self {
        case .fieldTooLong: "a field of more than 64 KiB, where Postfix 3 writes short ones"
        case .otherProtocol(let name): "the protocol \"\(name.prefix(60))\" of another service"
        case .missing(let attribute): "a message without \(attribute)"
        case .notANumber(let attribute, let value): "\(attribute) \"\(value.prefix(60))\", which is not a number"
        case .unknownQueue(let name): "the queue \"\(name.prefix(60))\""
        case .truncated: "the end of the stream in the middle of the listing"
        }
    }
}
