import Foundation
import PostwatchModel
import Testing

@testable import Collectors

@Suite("What is remembered of Exim's queue")
struct EximQueueMemoryTests {
    @Test("makes a long queue known whole after a few rounds, and a round without time for reading")
    func longQueue() throws {
        let queue = try Queue(messages: 100)
        var unread: [Double?] = []
        for _ in 0..<5 { unread.append(try queue.round(batches: 2)["exim_queue_unread{reason=\"timeout\"}"]) }
        #expect(unread == [68, 36, 4, 0, 0])
        let metrics = try queue.round(batches: 0)
        #expect(metrics["exim_queue"] == 100)
        #expect(metrics["exim_queue_unread{reason=\"timeout\"}"] == 0)
        #expect(metrics["exim_queue_frozen"] == 0)
        #expect(metrics["exim_queue_message_size_bytes_count"] == 100)
        #expect(metrics["exim_queue_destination_messages{destination=\"one.example\", reason=\"unknown\"}"] == 100)
        #expect(queue.memory.count == 100)
    }

    @Test("is read anew when the file is another, and forgotten when it is gone")
    func changes() throws {
        let queue = try Queue(messages: 10)
        _ = try queue.round()
        try queue.write(3, variables: ["-frozen 1"], as: "hdr.1")
        #expect(rename("\(queue.tree.root)/input/hdr.1", queue.path(3)) == 0)
        #expect(try queue.round()["exim_queue_frozen"] == 1)
        for number in 4..<10 { unlink(queue.path(number)) }
        #expect(try queue.round()["exim_queue"] == 4)
        #expect(queue.memory.count == 4)
    }

    @Test("is checked from time to time, as a file may have the inode of one before it")
    func sameInode() throws {
        let queue = try Queue(messages: 1)
        _ = try queue.round()
        try queue.write(0, variables: ["-frozen 1"])
        let frozen = try (0..<EximQueueMemory.checkInterval).map { _ in try queue.round()["exim_queue_frozen"] }
        #expect(frozen.last == 1)
    }

    @Test("is no more than there is room for; a message to many domains, or to one with a long name, is read each time")
    func bounds() {
        var memory = EximQueueMemory(messageLimit: 3, domainLimit: 2)
        func remember(_ name: String, _ domains: [String]) {
            memory.remember(Self.key(name), EximQueueMemory.Version(inode: 1, writtenAt: 1), Self.message(domains))
        }
        func isKnown(_ name: String) -> Bool { memory.message(Self.key(name), inode: 1) { 1 } != nil }
        memory.beginRound()
        remember("a", ["one", "two"])
        remember("b", ["three"])
        remember("c", (0...EximQueueMemory.mostDomains).map { "domain-\($0)" })
        remember("d", [String(repeating: "x", count: EximQueueMemory.longestDomain + 1)])
        #expect(["a", "b", "c", "d"].map(isKnown) == [true, false, false, false])
        remember("e", ["two"])
        remember("f", ["one"])
        remember("g", ["one"])
        #expect(["e", "f", "g"].map(isKnown) == [true, true, false])
        #expect(memory.count == 3)

        // Where `a` has gone there is room again, also for another domain.
        memory.endRound()
        memory.beginRound()
        #expect(isKnown("e"))
        memory.endRound()
        #expect(memory.count == 1)
        memory.beginRound()
        remember("b", ["three"])
        #expect(isKnown("b") && isKnown("e") && !isKnown("a"))
        #expect(memory.message(Self.key("e"), inode: 1) { 1 } == Self.message(["two"]))
    }

    @Test("is what was read", arguments: 0..<16)
    func flags(bits: Int) {
        var memory = EximQueueMemory()
        let message = EximMessage(
            hasSender: bits & 1 != 0, isWarned: bits & 2 != 0, isFrozen: bits & 4 != 0, isNew: bits & 8 != 0,
            size: bits == 0 ? nil : bits * 1000, domains: ["one", ""])
        memory.remember(Self.key("a"), EximQueueMemory.Version(inode: 7, writtenAt: 9), message)
        #expect(memory.message(Self.key("a"), inode: 7) { 9 } == message)
        #expect(memory.message(Self.key("a"), inode: 8) { 9 } == nil)
        #expect(memory.message(Self.key("b"), inode: 7) { 9 } == nil)
    }

    /// A spool with messages that waits for a reader.
    private final class Queue {
        let tree = TemporaryTree()
        var memory = EximQueueMemory()

        init(messages: Int) throws {
            for number in 0..<messages { try write(number) }
        }

        func path(_ number: Int) -> String { "\(tree.root)/input/\(id(number))-H" }

        func write(_ number: Int, variables: [String] = [], as name: String? = nil) throws {
            let text = EximEnvelopeTests.file(
                id: id(number), sender: "<s@sender.example>", variables: variables, recipients: ["a@one.example"], warnings: 0)
            tree.write("input/\(name ?? "\(id(number))-H")", text)
            tree.write("input/\(id(number))-D", "\(id(number))-D\nbody")
        }

        /// - Parameter batches: How often there is time to read 16 messages.
        func round(batches: Int = 1000) throws -> Metrics {
            var asked = -1
            let spool = EximSpool(
                directory: tree.root,
                elapsed: {
                    asked += 1
                    return .milliseconds(asked)
                }, readingTime: .milliseconds(batches), timeout: .seconds(5))
            var summary = EximQueueSummary(at: Timestamp(milliseconds: 1_795_892_035_000))
            try spool.add(to: &summary, knowing: &memory)
            return Metrics(summary.measurements)
        }

        private func id(_ number: Int) -> String { "1xXNWx-0007\(String(1000 + number).suffix(2))-1n" }
    }

    private static func key(_ name: String) -> EximQueueMemory.Key {
        Array(name.utf8).withUnsafeBytes { EximQueueMemory.Key($0) }
    }

    private static func message(_ domains: [String]) -> EximMessage {
        EximMessage(hasSender: true, isWarned: false, isFrozen: false, isNew: false, size: 5, domains: domains)
    }
}
