import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime
import RecordStore
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("ReportDesk")
struct ReportDeskTests {
    private let clock = ManualClock()
    private let notes = Shared<[String]>([])
    private let published = Shared<[ReportBatch]>([])
    private let telemetry = Telemetry(facts: Facts.server)

    /// A disk that takes everything, nothing, or never answers.
    private struct Disk: ReportStoring {
        enum Manner { case takes, refuses, hangs, takesAtTheLastMoment }
        struct IsFull: Error, CustomStringConvertible { let description = "the disk is full" }

        let manner: Manner
        let clock: ManualClock
        let kept = Shared<[ReportBatch]>([])

        func keep(_ batch: ReportBatch, at now: Timestamp) async throws -> [MessageChange] {
            switch manner {
            case .takes: kept.withLock { $0.append(batch) }
            case .refuses: throw IsFull()
            case .hangs: try await clock.sleep(for: .seconds(86_400))
            case .takesAtTheLastMoment: try? await clock.sleep(for: .seconds(86_400))
            }
            return []
        }

        func lastRuns(since moment: Timestamp) throws -> [(report: JourneyReport, takenAt: Timestamp)] { [] }
    }

    private func desk(_ store: any ReportStoring) -> ReportDesk {
        ReportDesk(
            ReportDesk.Taker.all, store: store, world: .manual(clock: clock), telemetry: telemetry,
            logger: Logger(label: "test") { _ in LogNotes(notes: notes) },
            publish: { [published] batch, _ in published.withLock { $0.append(batch) } })
    }

    private func disk(_ manner: Disk.Manner = .takes) -> Disk { Disk(manner: manner, clock: clock) }

    private func transit(_ probe: String) throws -> String {
        let transit = Transit(node: "mx-1", software: .postfix, queueID: "3F", probe: probe)
        return String(decoding: try JSONEncoder().encode(ReportLine(transit)), as: UTF8.self)
    }

    private func bytes(_ lines: [String]) -> [ArraySlice<UInt8>] { lines.map { Array($0.utf8)[...] } }

    private func count(_ name: String) -> Double? { telemetry.snapshot().first { $0.name == name }?.value }

    @Test("gives each line to whoever takes its type, all of a request at once, and passes over types and versions of newer agents")
    func types() async throws {
        let disk = disk()
        let receipt = try await desk(disk).receive(
            bytes([try transit("a"), #"{"type":"hologram","content":7}"#, #"{"type":"transit","version":2,"content":7}"#, try transit("b")]
            ),
            from: "192.0.2.1")
        #expect(receipt.taken == 2 && receipt.unknown == 2 && receipt.refused == 0)
        #expect(disk.kept.value.map { $0.transits.map(\.probe) } == [["a", "b"]])
        #expect(published.value == disk.kept.value)
    }

    @Test(
        "a line that is no report of its type is refused, and those behind it are taken all the same",
        arguments: [
            "", "{", "null", "[]", "7", #"{"type":"transit"}"#, #"{"type":"transit","content":{"text":7}}"#, #"{"type":7,"content":{}}"#,
            "\u{0}\u{FF}", String(repeating: "[", count: 10_000),
        ])
    func malformed(line: String) async throws {
        let disk = disk()
        let receipt = try await desk(disk).receive(bytes([line, try transit("a")]), from: "192.0.2.1")
        #expect(receipt.refused == 1 && receipt.taken == 1)
        #expect(receipt.firstFault != nil)
        #expect(disk.kept.value.count == 1)
    }

    @Test("refuses what no agent tells, whatever its size")
    func hostile() async throws {
        let plain = Transit(
            node: "mx-1", software: .postfix, queueID: "3F", probe: "a",
            attempts: [.init(at: Timestamp(milliseconds: 0), status: .sent, relay: "b", reply: "250")])
        var long = plain
        long.node = String(repeating: "x", count: 321)
        var negative = plain
        negative.attempts[0].stages = .init(
            beforeQueueManager: .zero, queueManager: .zero, connectionSetup: .zero, transmission: .seconds(-1))
        var many = plain
        many.attempts = Array(repeating: many.attempts[0], count: 100)
        var verbose = plain
        verbose.attempts[0].reply = String(repeating: "x", count: 513)
        var controlling = plain
        controlling.attempts[0].relay = "mx-2\nmx-3"
        let lines = try [long, negative, many, verbose, controlling, plain].map {
            String(decoding: try JSONEncoder().encode(ReportLine($0)), as: UTF8.self)
        }
        let disk = disk()
        let receipt = try await desk(disk).receive(bytes(lines), from: "192.0.2.1")
        #expect(receipt.refused == 5 && receipt.taken == 1)
        #expect(disk.kept.value.flatMap(\.transits) == [plain])
    }

    @Test(
        "a run tells of no message of another vantage or journey",
        arguments: [("dublin", "in-1", true), ("server", "in-1", false), ("berlin", "in-1", false), ("dublin", "in-2", false)])
    func foreign(vantage: String, journey: String, isTaken: Bool) async throws {
        let start = Timestamp(milliseconds: 1_700_000_000_000)
        var run = JourneyRun(
            journey: "in-1", kind: "inbound", vantage: "dublin", startedAt: start, duration: .seconds(1), steps: [], failure: nil)
        run.passage = ProbePassage(
            probe: "a", journey: journey, vantage: vantage, startedAt: start, phases: [], acceptedBy: "mx:25", reply: "250", queueID: "3F")
        let report = JourneyReport(run: run, path: [], interval: .seconds(60))
        let disk = disk()
        let line = String(decoding: try JSONEncoder().encode(ReportLine(report)), as: UTF8.self)
        let receipt = try await desk(disk).receive(bytes([line]), from: "192.0.2.1")
        #expect(receipt.taken == (isTaken ? 1 : 0) && receipt.refused == (isTaken ? 0 : 1))
        #expect(disk.kept.value.flatMap(\.passages).count == (isTaken ? 1 : 0))
    }

    @Test("what was acknowledged is on disk: a server that is killed then knows it when it starts again")
    func killed() async throws {
        let directory = TestDirectory()
        let records = try RecordStore(path: directory.path + "/records.sqlite")
        let receipt = try await desk(records).receive(bytes([try transit("a")]), from: "192.0.2.1")
        #expect(receipt.taken == 1)
        let left = try directory.snapshot()
        #expect(try await RecordStore(path: left.path + "/records.sqlite").transits(of: ["a"]).count == 1)
    }

    @Test("what cannot be kept now is not taken, is counted and told to nobody, so that the agent sends it again")
    func refusing() async throws {
        let desk = desk(disk(.refuses))
        for _ in 0..<20 {
            let refusal = await #expect(throws: ReportsNotTaken.self) {
                try await desk.receive(bytes([try transit("a")]), from: "192.0.2.1")
            }
            #expect(refusal?.description == "what agents tell cannot be put on disk now: the disk is full")
        }
        #expect(published.value.isEmpty)
        #expect(count("postwatch_report_requests_deferred_total") == 20)
        #expect(notes.value.count == 1)
    }

    @Test("a disk that hangs holds up no agent for longer than it waits")
    func hanging() async throws {
        let desk = desk(disk(.hangs))
        let lines = bytes([try transit("a")])
        let answer = Task { try await desk.receive(lines, from: "192.0.2.1") }
        await clock.sleepers(reach: 2)
        clock.advance(by: .seconds(10))
        await #expect(throws: ReportsNotTaken("what agents tell cannot be put on disk now: the disk did not answer within 10s")) {
            try await answer.value
        }
        #expect(published.value.isEmpty)
    }

    @Test("what the disk takes just when nobody would wait any longer is taken, and told")
    func lastMoment() async throws {
        let desk = desk(disk(.takesAtTheLastMoment))
        let lines = bytes([try transit("a")])
        let answer = Task { try await desk.receive(lines, from: "192.0.2.1") }
        await clock.sleepers(reach: 2)
        clock.advance(by: .seconds(10))
        #expect(try await answer.value.taken == 1)
        #expect(published.value.flatMap(\.transits).map(\.probe) == ["a"])
    }

    @Test("refused lines are one line of the log for each request, of each agent one in a minute, and all of them are counted")
    func flood() async throws {
        let desk = desk(disk())
        let bad = Array(repeating: #"{"type":"transit"}"#, count: 300)
        for _ in 0..<10 { _ = try await desk.receive(bytes(bad), from: "192.0.2.1") }
        _ = try await desk.receive(bytes(bad), from: "192.0.2.2")
        clock.advance(by: .seconds(61))
        _ = try await desk.receive(bytes(bad), from: "192.0.2.1")
        #expect(count("postwatch_report_lines_refused_total") == 3600)
        #expect(notes.value.count == 3)
        #expect(notes.value.allSatisfy { $0.contains("lines=300") && $0.contains("reason=a line is not a report") }, "\(notes.value)")
    }

    @Test("a journey's report is the same after its way over the wire")
    func journey() async throws {
        let run = JourneyRun(
            journey: "read-mail", kind: "imap", vantage: "dublin", labels: ["a": "b"],
            startedAt: Timestamp(milliseconds: 1_700_000_000_123),
            duration: .milliseconds(1500),
            steps: [.init(wire: "imap", phase: "connect", offset: .zero, duration: .nanoseconds(1_234_567), failure: "refused \"so\"\n")],
            failure: "refused \"so\"\n", certificateExpiry: Timestamp(seconds: 1_800_000_000))
        let report = JourneyReport(run: run, path: ["imap-proxy-1"], interval: .seconds(60))
        let line = try JSONEncoder().encode(ReportLine(report))
        #expect(try JSONDecoder().decode(ReportLine<JourneyReport>.self, from: line).content == report)
    }
}
