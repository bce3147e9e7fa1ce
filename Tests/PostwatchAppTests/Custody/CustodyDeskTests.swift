import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime
import RecordStore
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("CustodyDesk")
struct CustodyDeskTests {
    private let directory = TestDirectory()
    private let clock = ManualClock()
    /// What `World.manual` shows at first.
    private let start = Timestamp(milliseconds: 1_767_225_600_000)

    private let telemetry = Telemetry(facts: Facts.server)

    private func records() throws -> RecordStore { try RecordStore(path: directory.path + "/records.sqlite") }

    private let notes = Shared<[String]>([])

    private func desk(_ store: (any CustodyStoring)? = nil) throws -> CustodyDesk {
        let records = try records()
        return CustodyDesk(
            store: store ?? records, books: records, world: .manual(clock: clock),
            telemetry: telemetry, logger: Logger(label: "test") { [notes] _ in LogNotes(notes: notes) })
    }

    private func tell(_ transit: Transit) async throws { try await records().keep([], [transit], at: start) }

    private func count(_ name: String) -> Double? { telemetry.snapshot().first { $0.name == name }?.value }

    /// A disk that takes nothing.
    private struct FullDisk: CustodyStoring {
        struct IsFull: Error {}
        let largest = Shared(0)

        func keep(_ passages: [ProbePassage], _ transits: [Transit], at now: Timestamp) async throws {
            largest.withLock { $0 = max($0, passages.count) }
            throw IsFull()
        }
        func trimCustody(at now: Timestamp) async throws {}
        func passage(of probe: String) async throws -> ProbePassage? { nil }
        func passages(ofJourney journey: String?, limit: Int) async throws -> [ProbePassage] { [] }
        func deliveredPassages(
            from vantage: String, between start: Timestamp, and end: Timestamp, limit: Int
        ) async throws -> [ProbePassage] { [] }
        func transits(of probes: [String]) async throws -> [Transit] { [] }
    }

    private func run(_ probe: String, seenAfter seconds: Int64?) -> JourneyRun {
        let failure = seconds == nil ? "accepted by mx-1:25 (queued as 3F2A\(probe)) but not seen in the mailbox within 30s" : nil
        var run = JourneyRun(
            journey: "inbound-1", kind: "inbound", vantage: "server", startedAt: start, duration: .seconds(30), steps: [], failure: failure)
        run.passage = ProbePassage(
            probe: probe, journey: "inbound-1", vantage: "server", startedAt: start,
            phases: [.init(name: "mail", duration: .milliseconds(5)), .init(name: "accept", duration: .milliseconds(15))],
            acceptedBy: "mx-1.example.test:25", reply: "250 2.0.0 Ok: queued as 3F2A\(probe)", queueID: "3F2A\(probe)",
            visibleAt: seconds.map { start + .seconds($0) }, mailbox: "imap.example.test:993")
        return run
    }

    private func transit(_ probe: String, deferred: Bool) -> Transit {
        let stages = Transit.Stages(
            beforeQueueManager: .milliseconds(20), queueManager: .milliseconds(10), connectionSetup: .milliseconds(30),
            transmission: .milliseconds(40))
        return Transit(
            node: "mx-1", software: .postfix, queueID: "3F2A\(probe)", probe: probe, receivedAt: start,
            attempts: [
                Transit.Attempt(
                    at: start, status: deferred ? .deferred : .sent, relay: "mailstore-1[192.0.2.41]:24", stages: stages,
                    reply: deferred ? "connect to mailstore-1[192.0.2.41]:24: Connection refused" : "250 Saved")
            ])
    }

    @Test("joins what journeys and agents told, whichever came first, by message or by journey, and keeps it over restarts")
    func joining() async throws {
        let first = try desk()
        try await tell(transit("a", deferred: false))
        first.take(run("a", seenAfter: 20))
        let chain = try #require(try await first.chain(of: "a"))
        #expect(chain.hops.map(\.node) == ["probe", "mx-1"])
        #expect(chain.total == .seconds(20))
        #expect(chain.unattributed == .zero)
        let second = try desk()
        #expect(try await second.chain(of: "a") == chain)
        #expect(try await second.chain(of: "inbound-1") == chain)
        #expect(try await second.chain(of: "b") == nil)
        // A later report of the same stay takes the place of the earlier.
        try await tell(transit("a", deferred: true))
        #expect(try await second.chain(of: "a")?.stretches.contains { $0.stage == .visibility } == false)
    }

    @Test("adds to a journey's failure where its message was last, once the agents have told, and gives the series of what was seen")
    func assessing() async throws {
        let desk = try desk()
        let failed = run("b", seenAfter: nil)
        let failure = try #require(failed.failure)
        desk.take(failed)
        desk.take(run("a", seenAfter: 20))
        try await tell(transit("a", deferred: false))
        try await tell(transit("b", deferred: true))
        await desk.flush()
        #expect(desk.explained(failure) == failure)
        #expect(desk.takeDue(most: 5).isEmpty)
        await clock.advance(by: .seconds(5))
        let due = desk.takeDue(most: 5)
        #expect(due.map(\.probe) == ["b", "a"])
        var samples: [Sample] = []
        for one in due { samples += await desk.assess(one) }
        #expect(
            desk.explained(failure)
                == failure + "; last known at mx-1 (queue id 3F2Ab): deferred once: connection refused by mailstore-1:24")
        let names = Set(samples.map { "\($0.labels)" })
        #expect(names.contains(#"probe_hop_clock_skew_seconds{node="mx-1", vantage="server"}"#), "\(names)")
        #expect(
            names.contains(
                #"probe_hop_duration_seconds{journey="inbound-1", node="mx-1", stage="visibility", vantage="server"}"#), "\(names)")
        await clock.advance(by: .seconds(20))
        #expect(desk.takeDue(most: 1).map(\.probe) == ["b"])
    }

    @Test("knows a message whose run told nothing from the books, and where one was last that is lost")
    func books() async throws {
        let records = try RecordStore(path: directory.path + "/records.sqlite")
        var record = ProbeRecord(id: "c", journey: "inbound-1", vantage: "server", begunAt: start, stage: .accepted)
        record.acceptedAt = start + .milliseconds(20)
        record.server = "mx-1.example.test:25"
        record.queueID = "3F2Ac"
        records.note(ProbeChange(journey: "inbound-1", vantage: "server", tally: ProbeTally(), records: [record]))
        try await records.flush()
        let desk = try desk()
        try await tell(transit("c", deferred: true))
        let sentence = "the message c has not been seen since: lost"
        desk.follow(record, explaining: sentence)
        await desk.flush()
        for due in desk.takeDue(most: 5) { _ = await desk.assess(due) }
        #expect(
            desk.explained(sentence)
                == sentence + "; last known at mx-1 (queue id 3F2Ac): deferred once: connection refused by mailstore-1:24")
        record.sighting = ProbeSighting(place: .inbox, folder: "INBOX", uid: 7, at: start + .seconds(90))
        records.note(ProbeChange(journey: "inbound-1", vantage: "server", tally: ProbeTally(), records: [record]))
        try await records.flush()
        #expect(try await desk.chain(of: "c")?.total == .seconds(90))
    }

    @Test("a disk that takes nothing makes nobody's memory grow: the oldest are dropped, and counted")
    func fullDisk() async throws {
        let disk = FullDisk()
        let desk = try desk(disk)
        for round in 0..<5 {
            for number in 0..<5000 { desk.take(run("\(round)-\(number)", seenAfter: 20)) }
            await desk.flush()
        }
        #expect(disk.largest.value == 20_000)
        #expect(count("postwatch_custody_passages_dropped_total") == 5000)
        #expect(count("postwatch_custody_store_failures_total") == 5)
        // A line each of what is dropped and why, not one for every try.
        #expect(notes.value.count == 2, "\(notes.value)")
    }

    @Test("of many messages that were not seen each is looked at, in later rounds if need be, and what finds no room is counted")
    func manyFailures() async throws {
        let desk = try desk()
        for number in 0..<12_000 { desk.watch(run("\(number)", seenAfter: nil)) }
        await clock.advance(by: .seconds(4))
        var seen: [String] = []
        while case let due = desk.takeDue(most: 50), !due.isEmpty { seen += due.map(\.probe) }
        #expect(seen == (0..<10_000).map(String.init))
        #expect(count("postwatch_custody_explanations_dropped_total") == 4000)
    }

    @Test("gauges of what is told late are of the time of the run, and of no time that is to come")
    func late() async throws {
        let desk = try desk()
        try await tell(transit("a", deferred: false))
        await clock.advance(by: .seconds(7200))
        desk.take(run("a", seenAfter: 20))
        await desk.flush()
        await clock.advance(by: .seconds(5))
        var samples: [Sample] = []
        for due in desk.takeDue(most: 5) { samples += await desk.assess(due) }
        #expect(!samples.isEmpty)
        // The run ended 30 s after the start, and is looked at 4 s later.
        #expect(samples.allSatisfy { $0.timestamp == start + .seconds(34) })
        var early = run("b", seenAfter: 20)
        early.passage?.startedAt = start + .seconds(1_000_000)
        desk.take(early)
        await desk.flush()
        await clock.advance(by: .seconds(5))
        for due in desk.takeDue(most: 5) {
            for sample in await desk.assess(due) { #expect(sample.timestamp <= start + .seconds(7210)) }
        }
    }

    @Test("is drawn as a waterfall that names stages, wrong clocks and missing logs")
    func text() {
        let chain = CustodyChain(
            probe: "a-1", journey: "inbound-1", vantage: "server", startedAt: start, total: .seconds(40), isDelivered: true,
            hops: [
                .init(node: "probe", isLogged: true), .init(node: "mx-1", queueID: "3F2A", isLogged: true),
                .init(node: "relay.test", queueID: "4B", isLogged: false),
            ],
            stretches: [
                .init(node: "probe", stage: .own("smtp accept"), offset: .zero, duration: .seconds(1), remark: "at mx-1:25"),
                .init(node: "mx-1", stage: .queueManager, offset: .seconds(1), duration: .seconds(30), remark: "deferred once: why"),
                .init(node: "relay.test", stage: .unknown, offset: .seconds(31), duration: .seconds(9)),
            ], clocks: [.init(node: "mx-1", seconds: -30.2, uncertaintySeconds: 0.4)], verdict: "30.0 s of 40.0 s: mx-1 queue_manager")
        #expect(
            CustodyText(chain, width: 72).description == """
                message a-1 of inbound-1 from server at 2026-01-01T00:00:00.000Z
                30.0 s of 40.0 s: mx-1 queue_manager

                probe       smtp accept        1.000 s    2.5 %  █
                mx-1        queue_manager     30.000 s   75.0 %  ███████████████████
                            deferred once: why
                relay.test  unknown            9.000 s   22.5 %                    ██████

                sum 40.000 s, 77.5 % of it in a known stage of a known hop
                the clock of mx-1 is 30.2 s behind (to within 0.4 s); its times are corrected here, but it must be set: look at its time service
                no agent told the log of relay.test (4B): follow it with collectors.mail_logs there
                """)
    }
}
