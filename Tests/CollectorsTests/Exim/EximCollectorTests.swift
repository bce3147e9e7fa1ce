import Foundation
import PostwatchModel
import Testing

@testable import Collectors

@Suite("Exim")
struct EximCollectorTests {
    @Test("A real one tells of its queue, and is down when its spool has gone")
    func realExim() async throws {
        let exim = try EximServer()
        let collector = EximCollector(
            name: "exim", settings: EximSettings(spoolDirectory: exim.spool), timeout: .seconds(5), clock: ContinuousClock())
        let up = "exim_up{path=\"\(exim.spool)\"}"
        try await until { try Metrics(collector.measure(at: now()))[up] == 1 }

        try exim.submit(to: ["u@refused.example"])
        try exim.freeze(try #require(firstID(exim)))
        try exim.submit(to: ["u@refused.example", "v@refused.example"])
        try exim.submit(to: ["u@smart.example"])
        var metrics = try Metrics(collector.measure(at: now()))
        #expect(metrics["exim_queue"] == 3)
        #expect(metrics["exim_queue_frozen"] == 1)
        #expect(
            metrics.names(withPrefix: "exim_queue_destination_messages").allSatisfy { $0.contains("untried") || $0.contains("unknown") })

        try await until {
            // The port of the host that puts mail off may not be open yet.
            try exim.runQueue()
            metrics = try Metrics(collector.measure(at: now() + .seconds(60)))
            let names = metrics.names(withPrefix: "exim_queue_destination_messages")
            return ["greylisting", "connect_refused"].allSatisfy { reason in names.contains { $0.contains(reason) } }
        }
        #expect(metrics["exim_queue"] == 3)
        #expect(metrics["exim_queue_frozen"] == 1)
        // The frozen one was not tried.
        let refused = metrics.names(withPrefix: "exim_queue_destination_messages{destination=\"refused.example\"")
        #expect(refused.compactMap { metrics[$0] }.reduce(0, +) == 2)
        #expect(metrics["exim_queue_destination_messages{destination=\"refused.example\", reason=\"connect_refused\"}"] == 1)
        #expect(metrics["exim_queue_destination_messages{destination=\"smart.example\", reason=\"greylisting\"}"] == 1)
        #expect((60...120).contains(metrics["exim_queue_oldest_seconds"] ?? 0))
        #expect(metrics["exim_queue_message_size_bytes_count"] == 3)
        #expect((300...3000).contains(metrics["exim_queue_message_size_bytes_sum"] ?? 0))
        #expect(metrics["exim_queue_unread{reason=\"damaged\"}"] == 0)
        #expect(metrics["exim_processes{state=\"daemon\"}"] == 1)
        #expect(collector.findings.isEmpty)

        // All three are known by now: that they were written anew their directory tells.
        // One is frozen already, which Exim calls a fault.
        for id in ids(exim) { try? exim.freeze(id) }
        metrics = try Metrics(collector.measure(at: now()))
        #expect(metrics["exim_queue_frozen"] == 3)

        exim.stop()
        metrics = try Metrics(collector.measure(at: now()))
        #expect(metrics[up] == 0)
        #expect(metrics["exim_queue"] == 3)
        #expect(metrics["exim_processes{state=\"daemon\"}"] == 0)
        #expect(
            collector.findings == [
                "no daemon of Exim works in \(exim.spool): start it, or write daemon: false where inetd or cron runs Exim"
            ])

        try exim.removeSpool()
        let gone = #expect(throws: CollectionFailure.self) { try collector.measure(at: now()) }
        #expect(gone.map { "\($0)".contains("there is no such directory") } == true)
        #expect(Metrics(collector.measurements(after: .stopped))[up] == 0)
    }

    private func firstID(_ exim: EximServer) -> String? { ids(exim).first }

    private func ids(_ exim: EximServer) -> [String] {
        let files = FileManager.default.enumerator(atPath: exim.spool + "/input")?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix("-H") }.map { String($0.split(separator: "/")[1].dropLast(2)) }
    }

    private func now() -> Timestamp { Timestamp(seconds: Date().timeIntervalSince1970) }

    private func until(_ condition: () throws -> Bool) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        while try !condition() {
            guard clock.now < deadline else { throw RealService.NotReady(description: "not within 20 s") }
            try await clock.sleep(for: .milliseconds(50))
        }
    }
}
