import Foundation
import TestSupport
import Testing

/// A server with its data on a small volume, that flushes each second and evaluates a rule ten times a second.
struct FullDiskTrial {
    struct Refusal {
        let status: Int
        let retryAfter: String?
        let text: String
    }

    let server: ServerUnderTest
    let configuration: String
    /// 50 series, one sample a second, up to now.
    let sender: NumberedSender
    private let directory = TestDirectory()

    init(volume: PrivateVolume, address: String) throws {
        server = ServerUnderTest(directory: directory.path, data: volume.path + "/data", address: address)
        let rules = """
            groups:
              - name: numbered
                interval: 100ms
                rules:
                  - {alert: NeverThere, expr: "\(NumberedSeries.metric) < 0"}
                  - {alert: ThereAfterAWhile, expr: "vector(1)", for: 15s}
            """
        try rules.write(toFile: directory.path + "/rules.yml", atomically: true, encoding: .utf8)
        configuration = "storage:\n  flush_interval: 1s\nrule_files: [rules.yml]\nroute: {group_wait: 0s, locate_wait: 0s}\n"
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        sender = NumberedSender(NumberedSeries(sender: 0, count: 50, start: now - 1_800_000, step: 1000))
    }

    /// Sends until the server says no. It must: there is no space. The last block of a file may still take a few.
    func sendUntilRefused(_ sender: inout NumberedSender) async throws -> Refusal {
        for _ in 0..<2000 {
            switch await sender.send(to: server.client) {
            case .stored: continue
            case .refused(let status, let retryAfter, let text): return Refusal(status: status, retryAfter: retryAfter, text: text)
            case .unanswered: throw NumberedSender.Fault(description: "a write was not answered")
            }
        }
        throw NumberedSender.Fault(description: "2000 writes were acknowledged on a full disk")
    }

    func expectReadingAndJudging(_ sender: NumberedSender) async throws {
        try await sender.verify(0..<sender.sent, with: server.client)
        let evaluated = await server.client.metric("postwatch_rule_group_iterations_total") ?? 0
        try await server.wait(20, for: "rules go on being evaluated") {
            await server.client.metric("postwatch_rule_group_iterations_total") ?? 0 >= evaluated + 5
        }
        #expect(await server.client.metric("postwatch_rule_evaluation_failures_total") == 0)
    }

    /// Waits until nothing is left to flush and no failure is told.
    func expectFlush() async throws {
        try await server.wait(20, for: "everything is flushed") {
            let isQuiet = await server.client.get("/-/ready").map { !$0.contains("flush") } ?? false
            return await server.client.metric("postwatch_journal_bytes") == 0 && isQuiet
        }
    }
}
