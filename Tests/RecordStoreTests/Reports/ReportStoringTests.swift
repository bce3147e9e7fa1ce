import Foundation
import GRDB
import PostwatchModel
import TestSupport
import Testing

@testable import RecordStore

@Suite("Reports of agents on disk")
struct ReportStoringTests {
    private let directory = TestDirectory()
    private let noon = Timestamp(milliseconds: 1_795_262_400_000)

    private func store(limits: ReportLimits = ReportLimits()) throws -> RecordStore {
        try RecordStore(path: directory.path + "/records.sqlite", reportLimits: limits)
    }

    private func transit(_ probe: String, reply: String = "250 Saved") -> Transit {
        Transit(
            node: "mx-1", software: .postfix, queueID: "3F", probe: probe, receivedAt: noon,
            attempts: [.init(at: noon, status: .sent, reply: reply)])
    }

    private func passage(_ probe: String, startedAt: Timestamp, vantage: String = "dublin") -> ProbePassage {
        ProbePassage(
            probe: probe, journey: "in-1", vantage: vantage, startedAt: startedAt, phases: [], acceptedBy: "mx:25", reply: "250",
            queueID: "3F")
    }

    private func report(_ journey: String, at startedAt: Timestamp, failure: String? = nil) -> JourneyReport {
        JourneyReport(
            run: JourneyRun(
                journey: journey, kind: "imap", vantage: "dublin", startedAt: startedAt, duration: .seconds(1), steps: [], failure: failure),
            path: ["mailstore-1"], interval: .seconds(60))
    }

    private func batch(_ transits: [Transit] = [], _ passages: [ProbePassage] = [], runs: [JourneyReport] = []) -> ReportBatch {
        var batch = ReportBatch()
        batch.transits = transits
        batch.passages = passages
        batch.runs = runs
        return batch
    }

    @Test("are there for a process that starts after this one was killed, as soon as they were taken")
    func killed() async throws {
        let store = try store()
        try await store.keep(batch([transit("a")], [passage("a", startedAt: noon)], runs: [report("imap-1", at: noon)]), at: noon)
        let left = try directory.snapshot()
        let next = try RecordStore(path: left.path + "/records.sqlite")
        #expect(try await next.transits(of: ["a"]) == [transit("a")])
        #expect(try await next.passage(of: "a") == passage("a", startedAt: noon))
        #expect(try next.lastRuns(since: noon).map(\.report) == [report("imap-1", at: noon)])
    }

    @Test("of many agents at once share transactions")
    func groupCommit() async throws {
        let store = try store()
        let commits = CommitCounter()
        store.database.add(transactionObserver: commits, extent: .databaseLifetime)
        let release = DispatchSemaphore(value: 0)
        store.database.asyncWriteWithoutTransaction { _ in release.wait() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 { group.addTask { try await store.keep(batch([transit("\(number)")]), at: noon) } }
            while store.reports.waitingCount < 200 { await Task.yield() }
            release.signal()
            try await group.waitForAll()
        }
        #expect(try await store.transits(of: (0..<200).map(String.init)).count == 200)
        #expect(commits.count.value == 1)
    }

    @Test("that no disk takes are refused, not kept in memory, and taken when they come again")
    func refusal() async throws {
        let store = try store()
        try await store.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = ON") }
        await #expect(throws: (any Error).self) { try await store.keep(batch([transit("a")]), at: noon) }
        try await store.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = OFF") }
        #expect(try await store.transits(of: ["a"]).isEmpty)
        try await store.keep(batch([transit("a")]), at: noon)
        #expect(try await store.transits(of: ["a"]).count == 1)
    }

    @Test("do not hold up whoever is called off while they wait for a disk that hangs, or are being written to it")
    func callingOff() async throws {
        let store = try store()
        let held = try await HeldDatabase(path: directory.path + "/records.sqlite")
        await withTaskGroup(of: (any Error)?.self) { group in
            group.addTask { await failure { try await store.keep(batch([transit("writing")]), at: noon) } }
            while store.reports.writingCount == 0 { await Task.yield() }
            group.addTask { await failure { try await store.keep(batch([transit("waiting")]), at: noon) } }
            while store.reports.waitingCount == 0 { await Task.yield() }
            group.cancelAll()
            for await failure in group { #expect(failure is CancellationError) }
        }
        held.release()
        try await store.keep(batch([transit("next")]), at: noon)
        #expect(try await store.transits(of: ["waiting"]).isEmpty)
    }

    private func failure(of body: () async throws -> Void) async -> (any Error)? {
        do {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test("are bounded in bytes whatever agents tell, the newest stay, and that without waiting for the minute")
    func bytes() async throws {
        var limits = ReportLimits()
        limits.transits.bytes = 100_000
        limits.bytesBetweenTrims = 20_000
        let store = try store(limits: limits)
        for number in 0..<100 {
            let one = transit("\(number)", reply: String(repeating: "x", count: 5000))
            try await store.keep(batch([one]), at: noon + .seconds(number))
        }
        let held = try await store.database.read { try Int.fetchOne($0, sql: "SELECT sum(length(record)) FROM transit") ?? 0 }
        #expect(held <= 130_000 && held > 50_000)
        #expect(try await store.transits(of: ["99"]).count == 1)
        #expect(try await store.transits(of: ["0"]).isEmpty)
    }

    @Test("grow old by when they came: what claims to be of the future is forgotten too, and does not stand before what comes later")
    func future() async throws {
        let store = try store()
        let far = Timestamp(milliseconds: 4_000_000_000_000)
        try await store.keep(batch([], [passage("far", startedAt: far)], runs: [report("imap-1", at: far)]), at: noon)
        try await store.keep(batch([], [passage("new", startedAt: noon + .seconds(60))]), at: noon + .seconds(61))
        #expect(try await store.passages(ofJourney: nil, limit: 9).map(\.probe) == ["new", "far"])
        // A clock that was mended is believed.
        let right = report("imap-1", at: noon + .seconds(5))
        try await store.keep(batch(runs: [right]), at: noon + .seconds(6))
        #expect(try store.lastRuns(since: noon).map(\.report) == [right])
        #expect(try store.lastRuns(since: noon).map(\.takenAt) == [noon + .seconds(6)])
        try await store.trimCustody(at: noon + .seconds(4 * 86_400))
        #expect(try await store.passages(ofJourney: nil, limit: 9).isEmpty)
    }

    private func end(_ probe: String, _ outcome: ProbeOutcome, bookedAt seconds: Int64, vantage: String = "dublin") -> MessageReport? {
        var record = ProbeRecord(id: probe, journey: "in-1", vantage: vantage, begunAt: noon, stage: .settled(outcome))
        record.acceptedAt = noon + .milliseconds(20)
        record.server = "mx-1.example.test:25"
        record.queueID = "3F2A"
        record.settledAt = noon + .seconds(seconds)
        if outcome == .late { record.sighting = ProbeSighting(place: .inbox, folder: "INBOX", uid: 7, at: noon + .seconds(seconds)) }
        return MessageReport(record)
    }

    @Test("of how messages ended are told once, the newest counts, and nobody changes what another vantage or the server's own books say")
    func ends() async throws {
        let store = try store()
        func keep(_ report: MessageReport?) async throws -> [MessageChange] {
            var batch = ReportBatch()
            batch.messages = [report].compactMap(\.self)
            return try await store.keep(batch, at: noon + .seconds(1000))
        }
        let lost = try #require(end("a", .lost, bookedAt: 900))
        let late = try #require(end("a", .late, bookedAt: 950))
        #expect(try await keep(lost) == [MessageChange(report: lost, before: nil)])
        #expect(try await keep(lost).isEmpty)
        #expect(try await keep(end("a", .late, bookedAt: 960, vantage: "stranger")).isEmpty)
        #expect(try store.losses(since: noon).map(\.id) == ["a"])
        #expect(try await keep(late) == [MessageChange(report: late, before: .lost)])
        // The earlier line comes a second time.
        #expect(try await keep(lost).isEmpty)
        #expect(try await store.reportedEnds(of: ["a", "b"]) == [late.record])
        #expect(try store.losses(since: noon).isEmpty)
        // No run has told of it: after a crash the books alone know it.
        #expect(try await store.passages(ofJourney: "in-1", limit: 9).map(\.queueID) == ["3F2A"])
        let left = try directory.snapshot()
        #expect(try await RecordStore(path: left.path + "/records.sqlite").reportedEnds(of: ["a"]) == [late.record])
        #expect(try await store.probes(["a"]).isEmpty && store.account(of: "in-1", vantage: "dublin") == ProbeAccount())
    }

    @Test("a message that was seen is not lost, though the vantage's clock was set back; and a loss is as old as the server's clock says")
    func clocks() async throws {
        let store = try store()
        func keep(_ report: MessageReport, at seconds: Int64) async throws -> [MessageChange] {
            var batch = ReportBatch()
            batch.messages = [report]
            return try await store.keep(batch, at: noon + .seconds(seconds))
        }
        let lost = try #require(end("a", .lost, bookedAt: 90_000))
        let late = try #require(end("a", .late, bookedAt: 950))
        #expect(try await keep(lost, at: 900) == [MessageChange(report: lost, before: nil)])
        #expect(try store.losses(since: noon + .seconds(900)).map(\.id) == ["a"])
        #expect(try store.losses(since: noon + .seconds(901)).isEmpty)
        #expect(try await keep(late, at: 950) == [MessageChange(report: late, before: .lost)])
        #expect(try await keep(lost, at: 960).isEmpty)
        #expect(try await store.reportedEnds(of: ["a"]) == [late.record])
    }

    @Test("of a message whose sender waited no longer when it was written are part of the next answer, once")
    func untold() async throws {
        let store = try store()
        var batch = ReportBatch()
        let lost = try #require(end("a", .lost, bookedAt: 900))
        batch.messages = [lost]
        let held = try await HeldDatabase(path: directory.path + "/records.sqlite")
        await withTaskGroup(of: Void.self) { [batch] group in
            group.addTask { _ = try? await store.keep(batch, at: noon) }
            while store.reports.writingCount == 0 { await Task.yield() }
            group.cancelAll()
        }
        held.release()
        // The server's own journeys do not listen.
        try await store.keep([passage("b", startedAt: noon)], [], at: noon)
        #expect(try await store.keep(batch, at: noon) == [MessageChange(report: lost, before: nil)])
        #expect(try await store.keep(batch, at: noon).isEmpty)
    }

    @Test("Ends that were booked last are found after a crash, so that they can be told")
    func lastEnds() async throws {
        let store = try store()
        let records = try [("a", ProbeOutcome.inbox, Int64(0)), ("b", .lost, 3000), ("c", .inbox, 3500)].map { id, outcome, seconds in
            try #require(end(id, outcome, bookedAt: seconds)).record
        }
        var unsent = ProbeRecord(id: "d", journey: "in-1", vantage: "dublin", begunAt: noon, stage: .unsent)
        unsent.settledAt = noon + .seconds(3500)
        #expect(try store.lastEnds(within: .seconds(600), limit: 9).isEmpty)
        store.note(ProbeChange(journey: "in-1", vantage: "dublin", tally: ProbeTally(), records: records + [unsent]))
        try await store.flush()
        #expect(try store.lastEnds(within: .seconds(600), limit: 9).map(\.id) == ["b", "c"])
        #expect(try store.lastEnds(within: .seconds(600), limit: 1).map(\.id) == ["c"])
        #expect(try store.losses(since: noon + .seconds(100)).map(\.id) == ["b"])
    }

    @Test("of a journey at a vantage: the newest run is kept, whatever order they come in; no vantage changes what another told")
    func newest() async throws {
        let store = try store()
        let failed = report("imap-1", at: noon + .seconds(60), failure: "refused")
        try await store.keep(batch(runs: [report("imap-1", at: noon), failed, report("imap-1", at: noon + .seconds(30))]), at: noon)
        #expect(try store.lastRuns(since: noon).map(\.report) == [failed])
        #expect(try store.lastRuns(since: noon + .seconds(1)).isEmpty)
        try await store.keep(batch([], [passage("a", startedAt: noon)]), at: noon)
        try await store.keep(batch([], [passage("a", startedAt: noon, vantage: "stranger")]), at: noon)
        #expect(try await store.passage(of: "a")?.vantage == "dublin")
    }
}
