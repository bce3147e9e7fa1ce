import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime
import RecordStore
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("Messages of agents", .timeLimit(.minutes(1)))
struct ReportedMessagesTests {
    private func record(_ stage: ProbeRecord.Stage, vantage: String = "dublin") -> ProbeRecord {
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        var record = ProbeRecord(id: "d00d-1", journey: "in-1", vantage: vantage, begunAt: now - .seconds(1000), stage: stage)
        record.acceptedAt = now - .seconds(999)
        record.server = "mx-1.example.test:25"
        record.reply = "250 queued as 3F2A1"
        record.queueID = "3F2A1"
        record.settledAt = now
        if stage == .settled(.bounced) { record.reason = "550 5.1.1 unknown" }
        return record
    }

    private func tell(_ record: ProbeRecord, to server: RunningServer) async throws -> String {
        let report = try #require(MessageReport(record))
        let body = String(decoding: try JSONEncoder().encode(ReportLine(report)), as: UTF8.self)
        return try await server.ask(
            "POST /api/v1/reports HTTP/1.1\nHost: localhost\nConnection: close\nContent-Length: \(body.utf8.count)\n\n" + body)
    }

    @Test("are known to the server by how they ended, and one that is lost is told as one of its own; found, that is told too")
    func server() async throws {
        try await RunningServer.run("{}\n") { server in
            #expect(try await tell(record(.settled(.lost)), to: server).contains(#""taken":1"#))
            #expect(try await tell(record(.settled(.lost)), to: server).contains(#""taken":1"#))
            #expect(server.count(of: "A probe message is lost: look for it in the log of the server that accepted it") >= 1)
            let listed = try await server.get("/api/v1/probes?journey=in-1")
            #expect(listed.contains(#""id":"d00d-1""#) && listed.contains(#""outcome":"lost""#) && listed.contains(#""vantage":"dublin""#))
            #expect(try await server.get("/api/v1/probes/d00d-1").contains("it is booked as lost"))
            #expect(try await tell(record(.settled(.bounced)), to: server).contains(#""taken":1"#))
            #expect(server.count(of: "A probe message that was counted as lost has turned up") == 1)
            #expect(try await server.get("/api/v1/probes/d00d-1").contains("it bounced (550 5.1.1 unknown)"))
            #expect(try await tell(record(.settled(.lost), vantage: "server"), to: server).contains(#""refused":1"#))
        }
    }

    @Test("a folder that has no printable name is told as such", arguments: ["a\nb", String(repeating: "x", count: 321)])
    func folder(name: String) throws {
        var record = record(.settled(.junk))
        record.sighting = ProbeSighting(place: .junk, folder: name, uid: 7, at: record.begunAt)
        let report = try #require(MessageReport(record))
        #expect(report.sighting?.folder == "(a name that cannot be shown)" && report.isPlausible)
    }

    private struct Reports: Reporting {
        let told = Shared<[MessageReport]>([])
        /// How many times the disk takes nothing before it does.
        let refusals = Shared(0)

        func report(_ content: some Reportable) async { _ = await hasKept(content) }

        func hasKept(_ content: some Reportable) async -> Bool {
            let isRefused = refusals.withLock { left in
                left -= 1
                return left >= 0
            }
            guard !isRefused else { return false }
            if let report = content as? MessageReport { told.withLock { $0.append(report) } }
            return true
        }
    }

    private func service(_ reports: Reports, _ clock: ManualClock, _ telemetry: Telemetry = Telemetry(facts: Facts.agent))
        -> MessageEndService
    {
        MessageEndService(
            reports: reports, world: .manual(clock: clock), telemetry: telemetry,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("wait while the agent's disk takes nothing, in their order, and are told when it does")
    func fullDisk() async throws {
        let (reports, clock) = (Reports(), ManualClock())
        reports.refusals.withLock { $0 = 2 }
        let service = service(reports, clock)
        service.take([record(.settled(.lost))])
        service.take([record(.settled(.late))])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await service.run() }
            for _ in 0..<2 {
                await clock.sleepers(reach: 1)
                #expect(reports.told.value.isEmpty)
                clock.advanceToNextDeadline()
            }
            while reports.told.value.count < 2 { await Task.yield() }
            group.cancelAll()
        }
        #expect(reports.told.value.map(\.outcome) == [.lost, .late])
    }

    @Test("that the disk takes at no time hold up no end of the agent, and are counted")
    func ending() async throws {
        let (reports, clock, telemetry) = (Reports(), ManualClock(), Telemetry(facts: Facts.agent))
        reports.refusals.withLock { $0 = .max }
        let service = service(reports, clock, telemetry)
        service.take([record(.settled(.lost)), record(.settled(.late))])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await service.run() }
            await clock.sleepers(reach: 1)
            group.cancelAll()
        }
        #expect(telemetry.snapshot().first { $0.name == "postwatch_probe_messages_not_told_total" }.map { $0.value >= 1 } == true)
    }

    @Test("are told by the agent in the order in which they ended; what was never sent is not")
    func agent() async throws {
        let reports = Reports()
        let service = service(reports, ManualClock())
        service.take([record(.settled(.lost)), record(.unsent), record(.accepted)])
        service.take([record(.settled(.late))])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await service.run() }
            while reports.told.value.count < 2 { await Task.yield() }
            group.cancelAll()
        }
        #expect(reports.told.value.map(\.outcome) == [.lost, .late])
    }
}
