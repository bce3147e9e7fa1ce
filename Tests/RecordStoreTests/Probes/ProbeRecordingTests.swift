import Foundation
import GRDB
import PostwatchModel
import Synchronization
import Testing

@testable import RecordStore

@Suite("RecordStore: probe messages")
struct ProbeRecordingTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("probes-\(UUID().uuidString).sqlite").path

    private func withStore(limits: ProbeLimits = ProbeLimits(), _ body: (RecordStore) async throws -> Void) async throws {
        defer { for suffix in ["", "-wal", "-shm", ".reserve"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        try await body(try RecordStore(path: path, probeLimits: limits))
    }

    private func moment(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_787_220_000_000 + seconds * 1000) }

    private func change(_ records: [ProbeRecord], begun: Int = 0) -> ProbeChange {
        var tally = ProbeTally()
        tally.begun = begun
        return ProbeChange(journey: "in-1", vantage: "server", tally: tally, records: records)
    }

    private func record(_ id: String, _ stage: ProbeRecord.Stage = .begun, at seconds: Int64 = 0, vantage: String = "server") -> ProbeRecord
    {
        var record = ProbeRecord(id: id, journey: "in-1", vantage: vantage, begunAt: moment(seconds), stage: stage)
        if !record.isOutstanding { record.settledAt = moment(seconds) }
        return record
    }

    @Test("A message with all that is known of it is there after the file is opened again, and so are the totals")
    func reopening() async throws {
        try await withStore { store in
            var full = record("a", .settled(.junk))
            full.acceptedAt = moment(1)
            full.server = "mx-1.example.test:25"
            full.reply = "250 2.0.0 Ok: queued as 3F2A1"
            full.queueID = "3F2A1"
            full.reason = "filtered"
            full.sighting = ProbeSighting(place: .junk, folder: "Müll", uid: .max, at: moment(2))
            var tally = ProbeTally()
            tally.begun = 9
            tally.sent = 8
            tally.unsent = 2
            tally.unsentFound = 1
            tally.book(.lost)
            tally.correct(.lost, to: .late)
            store.note(ProbeChange(journey: "in-1", vantage: "server", tally: tally, records: [full, record("b"), record("c", .accepted)]))
            store.note(ProbeChange(journey: "in-1", vantage: "other", tally: ProbeTally(), records: [record("d", vantage: "other")]))
            try await store.flush()
            let again = try RecordStore(path: path)
            #expect(try await again.probes(["a", "x"]) == [full])
            let account = try again.account(of: "in-1", vantage: "server")
            #expect(account.tally == tally)
            #expect(account.outstanding == [record("b"), record("c", .accepted)])
            #expect(try again.account(of: "in-2", vantage: "server") == ProbeAccount())
        }
    }

    @Test("Every stage and outcome is read as it was written")
    func stages() async throws {
        try await withStore { store in
            let stages = [.begun, .accepted, .unsent] + ProbeOutcome.allCases.map(ProbeRecord.Stage.settled)
            let records = stages.enumerated().map { record("\($0.offset)", $0.element) }
            store.note(change(records))
            try await store.flush()
            #expect(try await RecordStore(path: path).probes(records.map(\.id)) == records)
        }
    }

    @Test("What is not yet on disk is known all the same")
    func unwritten() async throws {
        try await withStore { store in
            let release = DispatchSemaphore(value: 0)
            store.database.asyncWriteWithoutTransaction { _ in release.wait() }
            store.note(change([record("a")], begun: 1))
            store.note(change([record("a", .accepted)], begun: 2))
            async let known = store.probes(["a"])
            release.signal()
            let records = try await known
            let account = try store.account(of: "in-1", vantage: "server")
            #expect(records == [record("a", .accepted)])
            #expect(account.tally.begun == 2)
        }
    }

    @Test("Who waits for a disk that hangs can be called off")
    func callingOff() async throws {
        try await withStore { store in
            let release = DispatchSemaphore(value: 0)
            store.database.asyncWriteWithoutTransaction { _ in release.wait() }
            store.note(change([record("a")]))
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await #expect(throws: CancellationError.self) { try await store.flush() } }
                group.cancelAll()
            }
            release.signal()
            try await store.flush()
            let known = try await store.probes(["a"])
            #expect(known == [record("a")])
        }
    }

    @Test("Who waits for what is being written can be called off too: the disk may hang there")
    func callingOffWhileWriting() async throws {
        try await withStore { store in
            let held = try await HeldDatabase(path: path)
            store.note(change([record("a")]))
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await #expect(throws: CancellationError.self) { try await store.flush() } }
                while !(store.probes.isWriting && store.probes.waiterCount == 1) { await Task.yield() }
                group.cancelAll()
            }
            held.release()
            try await store.flush()
            let known = try await store.probes(["a"])
            #expect(known == [record("a")])
        }
    }

    @Test("Of changes that gather, the last state of each message is written, in one transaction")
    func gathering() async throws {
        try await withStore { store in
            let release = DispatchSemaphore(value: 0)
            let commits = CommitCounter()
            store.database.add(transactionObserver: commits, extent: .databaseLifetime)
            store.database.asyncWriteWithoutTransaction { _ in release.wait() }
            for number in 1...1000 { store.note(change([record("\(number % 50)", .begun, at: Int64(number % 50))], begun: number)) }
            async let flushes: Void = store.flush()
            release.signal()
            try await flushes
            #expect(commits.count.value == 1)
            let account = try store.account(of: "in-1", vantage: "server")
            #expect(account.outstanding.count == 50 && account.tally.begun == 1000)
        }
    }

    @Test("Many who note and wait at once are all served, and share transactions")
    func many() async throws {
        try await withStore { store in
            let commits = CommitCounter()
            store.database.add(transactionObserver: commits, extent: .databaseLifetime)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        for stage in [ProbeRecord.Stage.begun, .accepted, .settled(.inbox)] {
                            store.note(change([record("\(number)", stage)]))
                            try await store.flush()
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.probes((0..<500).map(String.init)).allSatisfy { $0.stage == .settled(.inbox) })
            #expect(commits.count.value < 1500)
        }
    }

    @Test("What cannot be written is told, kept, and written with what comes next")
    func refusal() async throws {
        try await withStore { store in
            try await store.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = ON") }
            store.note(change([record("a")], begun: 1))
            await #expect(throws: (any Error).self) { try await store.flush() }
            #expect(try store.account(of: "in-1", vantage: "server").outstanding == [record("a")])
            try await store.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = OFF") }
            store.note(change([record("a", .accepted), record("b")], begun: 2))
            try await store.flush()
            let account = try RecordStore(path: path).account(of: "in-1", vantage: "server")
            #expect(account.outstanding == [record("a", .accepted), record("b")] && account.tally.begun == 2)
        }
    }

    @Test("Messages that ended go by age and by number, those that have not stay, and the totals stay")
    func trimming() async throws {
        var limits = ProbeLimits()
        limits.age = .seconds(1000)
        limits.ordinary = 10
        limits.remarkable = 5
        try await withStore(limits: limits) { store in
            store.note(change([record("old", .settled(.lost)), record("outstanding")], begun: 7))
            try await store.flush()
            // In one piece: what is written later is trimmed later.
            let inbox = (0..<40).map { record("i\($0)", .settled(.inbox), at: 2000 + $0) }
            let others = (0..<40).map { record("l\($0)", .settled($0 % 2 == 0 ? .late : .lost), at: 2000 + $0) }
            store.note(change(inbox + others, begun: 9))
            try await store.flush()
            let left = try await store.database.read { try String.fetchAll($0, sql: "SELECT id FROM probe ORDER BY id") }
            #expect(Set(left) == Set((30..<40).map { "i\($0)" } + (35..<40).map { "l\($0)" } + ["outstanding"]))
            #expect(try store.account(of: "in-1", vantage: "server").tally.begun == 9)
        }
    }

    @Test("A batch that no disk takes is bounded, and gives up those that ended first")
    func boundedBatch() {
        var batch = ProbeBatch()
        batch.take(change((0..<1000).map { record("o\($0)") }))
        for part in 0..<210 {
            batch.take(change((0..<1000).map { record("e\(part)-\($0)", .settled(.inbox), at: Int64(part)) }))
        }
        #expect(batch.records.count <= 201_000)
        #expect((0..<1000).allSatisfy { batch.records["o\($0)"] != nil })
        #expect(batch.records["e209-999"] != nil && batch.records["e0-0"] == nil)
    }
}

/// Counts transactions that were committed.
final class CommitCounter: TransactionObserver, Sendable {
    let count = Counter()

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ database: Database) { count.add() }
    func databaseDidRollback(_ database: Database) {}
}

final class Counter: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock(\.self) }
    func add() { number.withLock { $0 += 1 } }
}
