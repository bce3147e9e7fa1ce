import PostwatchModel
import Testing

@testable import Collectors

@Suite("The queue listing parser")
struct QueueListingParserTests {
    @Test("reads every attribute of every message")
    func readsMessages() throws {
        let entries = try Self.entries(of: [QueueListing.mixed])
        #expect(
            entries == [
                QueueEntry(
                    queueName: "maildrop", queueID: "90C96F846CB", arrivedAt: Timestamp(milliseconds: 1_795_265_185_000), size: 78,
                    sender: "zoë@z.example", recipients: [.init(address: "q@q.example", reason: "")], recipientCount: 1),
                QueueEntry(
                    queueName: "deferred", queueID: "8A4B4F84237", arrivedAt: Timestamp(milliseconds: 1_795_265_181_000), size: 293,
                    sender: "",
                    recipients: [.init(address: "bob@b.example", reason: "connect to b.example[192.0.2.9]:25: Connection refused")],
                    recipientCount: 1),
                QueueEntry(
                    queueName: "hold", queueID: "8B424F84246", arrivedAt: Timestamp(milliseconds: 1_795_265_181_000), size: 1276,
                    sender: "alice@a.example",
                    recipients: [
                        .init(address: "bob@b.example", reason: "4.7.0 try later"), .init(address: "carol@c.example", reason: ""),
                    ], recipientCount: 2),
            ])
    }

    @Test("finds the same whatever two pieces the bytes arrive in")
    func everySplit() throws {
        let bytes = QueueListing.mixed
        let whole = try Self.entries(of: [bytes])
        for split in 0...bytes.count {
            #expect(try Self.entries(of: [Array(bytes[..<split]), Array(bytes[split...])]) == whole, "split at \(split)")
        }
    }

    @Test("finds the same byte by byte")
    func byteByByte() throws {
        #expect(try Self.entries(of: QueueListing.mixed.map { [$0] }) == Self.entries(of: [QueueListing.mixed]))
    }

    @Test("knows every listing that ends too early as truncated")
    func everyTruncation() {
        let bytes = QueueListing.mixed
        for length in 0..<bytes.count {
            #expect(throws: QueueListingParser.Fault.truncated, "after \(length) bytes") {
                try Self.entries(of: [Array(bytes[..<length])])
            }
        }
    }

    @Test("reads an empty queue")
    func emptyQueue() throws {
        #expect(try Self.entries(of: [QueueListing.greeting + QueueListing.end]) == [])
    }

    @Test("reads listings without a greeting, as Postfix before 3.6 writes them")
    func withoutGreeting() throws {
        let bytes = QueueListing.message(queue: "active", id: "A", time: 1, size: 2) + QueueListing.end
        #expect(try Self.entries(of: [bytes]).map(\.queueID) == ["A"])
    }

    @Test("ignores what follows the end of the listing")
    func afterTheEnd() throws {
        #expect(try Self.entries(of: [QueueListing.end + QueueListing.message(queue: "active", id: "A", time: 1, size: 2)]) == [])
    }

    @Test("keeps as many recipients as it was told and counts the rest", arguments: [0, 1, 2])
    func recipientLimit(limit: Int) throws {
        let kept = try Self.entries(of: [QueueListing.mixed], keeping: limit)[2]
        #expect(kept.recipientCount == 2)
        #expect(kept.recipients.map(\.address) == Array(["bob@b.example", "carol@c.example"].prefix(limit)))
        #expect(kept.recipients.map(\.reason) == Array(["4.7.0 try later", ""].prefix(limit)))
    }

    @Test(
        "refuses what is no queue listing",
        arguments: [
            (QueueListing.list(("protocol", "other")), QueueListingParser.Fault.otherProtocol("other")),
            (QueueListing.list(("sender", "a")), .missing(attribute: "time")),
            (QueueListing.list(("time", "1"), ("size", "1"), ("queue_id", "A")), .missing(attribute: "queue_name")),
            (QueueListing.list(("newer", "1")), .missing(attribute: "time")),
            (QueueListing.message(queue: "active", id: "A", time: -1, size: 1), .notANumber(attribute: "time", value: "-1")),
            (QueueListing.message(queue: "active", id: "A", time: 1, size: -5), .notANumber(attribute: "size", value: "-5")),
            (
                QueueListing.message(queue: "active", id: "A", time: .max, size: 1),
                .notANumber(attribute: "time", value: String(Int.max))
            ),
            (Array(repeating: 65, count: 65_537), .fieldTooLong),
        ])
    func refuses(bytes: [UInt8], fault: QueueListingParser.Fault) {
        #expect(throws: fault) { try Self.entries(of: [bytes]) }
    }

    @Test("survives any byte changed to any of a few others")
    func mutations() {
        let bytes = QueueListing.mixed
        for position in bytes.indices {
            for byte: UInt8 in [0, 0x2D, 0x39, 0x41, 0xFF] {
                var mutated = bytes
                mutated[position] = byte
                _ = try? Self.entries(of: [mutated])
            }
        }
    }

    private static func entries(of pieces: [[UInt8]], keeping limit: Int = 100) throws -> [QueueEntry] {
        var parser = QueueListingParser(keepingRecipients: limit)
        var entries: [QueueEntry] = []
        for piece in pieces { try parser.consume(piece[...]) { entries.append($0) } }
        try parser.finish()
        return entries
    }
}
