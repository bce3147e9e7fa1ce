import Foundation
import PostwatchModel
import RecordStore
import Testing

@Suite("The ways of messages on disk")
struct CustodyStoringTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("custody-\(UUID().uuidString).sqlite").path
    private let noon = Timestamp(milliseconds: 1_795_262_400_000)

    private func withStore(_ body: (RecordStore) async throws -> Void) async throws {
        defer { for suffix in ["", "-wal", "-shm", ".reserve"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        try await body(try RecordStore(path: path))
    }

    private func passage(_ probe: String, after seconds: Int64, isSeen: Bool = true, vantage: String = "server") -> ProbePassage {
        ProbePassage(
            probe: probe, journey: "in-1", vantage: vantage, startedAt: noon + .seconds(seconds),
            phases: [.init(name: "accept", duration: .milliseconds(12))], acceptedBy: "mx:25", reply: "250", queueID: "3F",
            visibleAt: isSeen ? noon + .seconds(seconds + 1) : nil,
            marks: [.init(host: "mx", queueID: "3F", at: noon, isByLMTP: true)])
    }

    @Test("are read back as they were written, the newest of a journey first, and replaced by what is told later")
    func reading() async throws {
        try await withStore { store in
            let transit = Transit(
                node: "mx-1", software: .postfix, instance: "postfix", queueID: "3F", probe: "a", receivedAt: noon,
                attempts: [.init(at: noon, status: .sent, relay: "b[1]:25", reply: "250", nextQueueID: "4")])
            try await store.keep([passage("a", after: 0, isSeen: false), passage("b", after: 60)], [transit], at: noon)
            #expect(try await store.passage(of: "a") == passage("a", after: 0, isSeen: false))
            #expect(try await store.passage(of: "c") == nil)
            #expect(try await store.passages(ofJourney: "in-1", limit: 1).map(\.probe) == ["b"])
            #expect(try await store.passages(ofJourney: nil, limit: 9).map(\.probe) == ["b", "a"])
            #expect(try await store.passages(ofJourney: "in-2", limit: 9).isEmpty)
            #expect(try await store.transits(of: ["a", "b"]) == [transit])
            var later = transit
            later.removedAt = noon + .seconds(1)
            try await store.keep([passage("a", after: 0)], [later], at: noon)
            #expect(try await store.transits(of: ["a"]) == [later])
            #expect(try await store.passage(of: "a")?.visibleAt != nil)
        }
    }

    @Test("of one vantage and time are found by it; those that were not seen say nothing of clocks")
    func neighbours() async throws {
        try await withStore { store in
            let passages = [
                passage("a", after: 0), passage("b", after: 10), passage("c", after: 20, isSeen: false), passage("d", after: 30),
                passage("e", after: 10, vantage: "berlin"), passage("f", after: 1000),
            ]
            try await store.keep(passages, [], at: noon)
            let found = try await store.deliveredPassages(from: "server", between: noon, and: noon + .seconds(60), limit: 2)
            #expect(found.map(\.probe) == ["d", "b"])
        }
    }

    @Test("are forgotten after some days")
    func trimming() async throws {
        try await withStore { store in
            let old = Transit(node: "mx-1", software: .postfix, queueID: "3F", probe: "a")
            let new = Transit(node: "mx-1", software: .postfix, queueID: "4F", probe: "b")
            try await store.keep([passage("a", after: 0)], [old], at: noon)
            try await store.keep([passage("b", after: 4 * 86_400)], [new], at: noon + .seconds(4 * 86_400))
            try await store.trimCustody(at: noon + .seconds(4 * 86_400))
            #expect(try await store.passage(of: "a") == nil)
            #expect(try await store.passage(of: "b") != nil)
            #expect(try await store.transits(of: ["a", "b"]) == [new])
        }
    }
}
