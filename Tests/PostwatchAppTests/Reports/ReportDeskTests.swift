import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("ReportDesk")
struct ReportDeskTests {
    private struct Note: Reportable, Hashable {
        static let reportType = "note"
        let text: String
    }

    private struct StoreIsFull: Error {}

    private func desk(_ notes: Shared<[String]>) -> ReportDesk {
        let taker = ReportDesk.Taker.of(Note.self) { note in
            if note.text == "full" { throw StoreIsFull() }
            if note.text == "strange" { throw ReportRefused("strange") }
            notes.withLock { $0.append(note.text) }
        }
        return ReportDesk(
            [taker], telemetry: Telemetry(facts: Facts.all), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func receive(_ lines: [String], _ notes: Shared<[String]>) async throws -> ReportReceipt {
        try await desk(notes).receive(lines.map { Array($0.utf8)[...] })
    }

    @Test("gives each line to whoever takes its type, and passes over types of newer agents")
    func types() async throws {
        let notes = Shared<[String]>([])
        let receipt = try await receive(
            [#"{"type":"note","content":{"text":"a"}}"#, #"{"type":"hologram","content":7}"#, #"{"content":{"text":"b"},"type":"note"}"#],
            notes)
        #expect(receipt.taken == 2 && receipt.unknown == 1 && receipt.refused == 0)
        #expect(notes.value == ["a", "b"])
    }

    @Test(
        "a line that is no report of its type is refused, and those behind it are taken all the same",
        arguments: [
            "", "{", "null", "[]", "7", #"{"type":"note"}"#, #"{"type":"note","content":{"text":7}}"#, #"{"type":7,"content":{}}"#,
            "\u{0}\u{FF}", String(repeating: "[", count: 10_000), #"{"type":"note","content":{"text":"strange"}}"#,
        ])
    func malformed(line: String) async throws {
        let notes = Shared<[String]>([])
        let receipt = try await receive([line, #"{"type":"note","content":{"text":"a"}}"#], notes)
        #expect(receipt.refused == 1 && receipt.taken == 1)
        #expect(receipt.firstFault != nil)
        #expect(notes.value == ["a"])
    }

    @Test("what cannot be kept now is not taken, so that the agent sends it again")
    func trouble() async throws {
        await #expect(throws: ReportsNotTaken.self) {
            try await receive([#"{"type":"note","content":{"text":"full"}}"#], Shared([]))
        }
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
