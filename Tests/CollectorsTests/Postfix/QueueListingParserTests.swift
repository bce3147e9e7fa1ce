import PostwatchModel
import Testing

@testable import Collectors

@Suite("The queue listing parser")
struct QueueListingParserTests {
    @Test("reads every attribute of every message")
    func readsMessages() throws {
        #expect(
            try Self.messages(of: [QueueListing.mixed]) == [
                RecordedListing.Message(
                    queue: .maildrop, id: "90C96F846CB", arrival: 1_795_265_185, size: 78,
                    recipients: [.init(address: "q@q.example", reason: "")]),
                RecordedListing.Message(
                    queue: .deferred, id: "8A4B4F84237", arrival: 1_795_265_181, size: 293,
                    recipients: [.init(address: "bob@b.example", reason: "connect to b.example[192.0.2.9]:25: Connection refused")]),
                RecordedListing.Message(
                    queue: .hold, id: "8B424F84246", arrival: 1_795_265_181, size: 1276,
                    recipients: [
                        .init(address: "bob@b.example", reason: "4.7.0 try later"), .init(address: "carol@c.example", reason: ""),
                    ]),
            ])
    }

    @Test("hands over recipients without any reason, each once")
    func withoutReasons() throws {
        let bytes =
            QueueListing.list(
                ("queue_name", "active"), ("queue_id", "A"), ("time", "1"), ("size", "2"), ("recipient", "a@a"), ("recipient", "b@b"))
            + QueueListing.end
        #expect(try Self.messages(of: [bytes])[0].recipients.map(\.address) == ["a@a", "b@b"])
    }

    @Test("finds the same whatever two pieces the bytes arrive in")
    func everySplit() throws {
        let bytes = QueueListing.mixed
        let whole = try Self.messages(of: [bytes])
        for split in 0...bytes.count {
            #expect(try Self.messages(of: [Array(bytes[..<split]), Array(bytes[split...])]) == whole, "split at \(split)")
        }
    }

    @Test("finds the same byte by byte")
    func byteByByte() throws {
        #expect(try Self.messages(of: QueueListing.mixed.map { [$0] }) == Self.messages(of: [QueueListing.mixed]))
    }

    @Test("knows every listing that ends too early as truncated")
    func everyTruncation() {
        let bytes = QueueListing.mixed
        for length in 0..<bytes.count {
            #expect(throws: QueueListingParser.Fault.truncated, "after \(length) bytes") {
                try Self.messages(of: [Array(bytes[..<length])])
            }
        }
    }

    @Test("reads an empty queue")
    func emptyQueue() throws {
        #expect(try Self.messages(of: [QueueListing.greeting + QueueListing.end]) == [])
    }

    @Test("reads listings without a greeting, as Postfix before 3.6 writes them")
    func withoutGreeting() throws {
        let bytes = QueueListing.message(queue: "active", id: "A", time: 1, size: 2) + QueueListing.end
        #expect(try Self.messages(of: [bytes]).map(\.id) == ["A"])
    }

    @Test("ignores what follows the end of the listing")
    func afterTheEnd() throws {
        #expect(try Self.messages(of: [QueueListing.end + QueueListing.message(queue: "active", id: "A", time: 1, size: 2)]) == [])
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
            (
                QueueListing.list(("queue_name", "active"), ("time", "1"), ("size", "1"), ("recipient", "a@a")),
                .missing(attribute: "queue_id")
            ),
            (QueueListing.message(queue: "corrupt", id: "A", time: 1, size: 1), .unknownQueue("corrupt")),
            (Array(repeating: 65, count: 65_537), .fieldTooLong),
            (Array(repeating: 65, count: 65_537) + [0], .fieldTooLong),
        ])
    func refuses(bytes: [UInt8], fault: QueueListingParser.Fault) {
        #expect(throws: fault) { try Self.messages(of: [bytes]) }
    }

    @Test("survives any byte changed to any of a few others")
    func mutations() {
        let bytes = QueueListing.mixed
        for position in bytes.indices {
            for byte: UInt8 in [0, 0x2D, 0x39, 0x41, 0xFF] {
                var mutated = bytes
                mutated[position] = byte
                _ = try? Self.messages(of: [mutated])
            }
        }
    }

    private static func messages(of pieces: [[UInt8]]) throws -> [RecordedListing.Message] {
        var parser = QueueListingParser()
        var listing = RecordedListing()
        for piece in pieces {
            let result = piece.withUnsafeBytes { bytes in
                Result { () throws(QueueListingParser.Fault) in try parser.consume(bytes, into: &listing) }
            }
            try result.get()
        }
        try parser.finish()
        return listing.messages
    }
}
