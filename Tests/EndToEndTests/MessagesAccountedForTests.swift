import Foundation
import Testing

/// What becomes of probe messages on a real mail platform, while servers are killed and messages are held and dropped.
@Suite("Every message is accounted for", .serialized, .timeLimit(.minutes(10)))
struct MessagesAccountedForTests {
    /// Mail into a mailbox, and mail of a user to the agent's own receiver.
    private static func agent(_ platform: WatchedPlatform, network: String) -> String {
        let trust = "tls_config: {ca_file: \(platform.home)/ca/ca.pem}"
        let account = "username: customer-1@example.test, password_file: \(platform.home)/secrets/customer-1@example.test, \(trust)"
        let rest = "interval: 5s, timeout: 20s, late_after: 15s, lost_after: 2m, resolver: \"\(network).0.53:53\""
        return """
            vantage: dublin
            collectors: {host: {enabled: false}, postfix: []}
            remote_write: [{url: "\(platform.serverURL)/api/v1/write"}]
            journeys:
              - {name: agent-inbound, kind: inbound, \(rest),
                 smtp: {tls: none, from: probe@remote.test, to: customer-1@example.test},
                 imap: {server: "imap.example.test:993", tls: implicit, \(account)}}
              - {name: agent-outbound, kind: outbound, \(rest),
                 smtp: {server: "smtp.example.test:587", from: customer-1@example.test, to: probe@vantage.test, \(account)},
                 receiver: {listen: "\(network).2.10:25"}}
            """
    }

    @Test("messages held while server and agent are killed end as late, none is lost, and the books are right at every moment")
    func killed() async throws {
        let network = "127.96"
        try await WatchedPlatform.run(network: network) { platform in
            let agent = Self.agent(platform, network: network)
            try platform.startAgent("dublin", agent)
            try await platform.wait(60, for: "mail comes in") { try await platform.books("inbox").values.filter { $0 >= 1 }.count == 4 }
            for holder in ["mx-1", "mx-2", "outbound-1"] { try platform.fault("hold", holder, "--quiet") }
            for _ in 0..<3 {
                let before = try await platform.query("probe_messages_sent_total", by: "journey")
                try await platform.wait(40, for: "a message is held") {
                    let outstanding = try await platform.query("probe_messages_outstanding", by: "journey")
                    return outstanding.count == 4 && outstanding.values.allSatisfy { $0 >= 1 }
                }
                platform.killServer()
                platform.killAgent("dublin")
                try platform.startServer()
                try platform.startAgent("dublin", agent)
                try await platform.wait(30, for: "the books go on where they were") {
                    let now = try await platform.query("probe_messages_sent_total", by: "journey")
                    return now.count == 4 && now.allSatisfy { $0.value >= before[$0.key] ?? 0 }
                }
            }
            try await platform.wait(60, for: "a message is as old as a late one") {
                try await platform.query("probe_message_outstanding_seconds", by: "journey").values.allSatisfy { $0 > 20 }
            }
            try platform.fault("lift", "all")
            try await platform.wait(90, for: "every held message has come") {
                let age = try await platform.query("probe_message_outstanding_seconds", by: "journey")
                return age.count == 4 && age.values.allSatisfy { $0 < 10 }
            }
            #expect(try await platform.books("late").values.allSatisfy { $0 >= 1 })
            for outcome in ["lost", "duplicate"] { #expect(try await platform.books(outcome).values.allSatisfy { $0 == 0 }) }
            try await platform.expectTrueBooks(of: 4)
        }
    }

    @Test("a message that an exchanger drops is found, and named by its id and by the exchanger's name for it, in log and incident")
    func dropped() async throws {
        try await WatchedPlatform.run(network: "127.96") { platform in
            try await platform.wait(60, for: "every journey and check is green") { try await platform.isGreen() }
            for exchanger in ["mx-1", "mx-2"] { try platform.fault("lose-message", exchanger) }
            try await platform.wait(240, for: "two messages are lost") { try await platform.books("lost").values.reduce(0, +) == 2 }
            let lines = platform.serverLog.split(separator: "\n").filter { $0.contains("A probe message is lost") }
            #expect(lines.count == 2)
            var probes: [String] = []
            for line in lines {
                let probe = try #require(line.firstMatch(of: /probe=([0-9a-f-]+)/)).output.1
                let queueID = try #require(line.firstMatch(of: /queue_id=([0-9A-Za-z]+)/)).output.1
                // The exchanger's own log has that name, and says what it did.
                let logs = try ["mx-1", "mx-2"].map { try platform.mailLog(of: $0) }.joined()
                #expect(logs.split(separator: "\n").contains { $0.contains(" \(queueID): discard") || $0.contains("\(queueID): discard") })
                #expect(logs.contains("message-id=<postwatch.\(probe)@"))
                probes.append(String(probe))
            }
            try await platform.wait(60, for: "an incident names a lost message") {
                let incidents = await platform.get("/api/v1/incidents") ?? ""
                return probes.contains { incidents.contains($0) }
            }
            #expect(try await platform.books("inbox").values.allSatisfy { $0 >= 5 })
            try await platform.expectTrueBooks(of: 2)
        }
    }
}

extension WatchedPlatform {
    /// Journey → its messages with an outcome.
    func books(_ outcome: String) async throws -> [String: Double] {
        try await query(
            "probe_messages_total{outcome=\"\(outcome)\"} - probe_messages_corrected_total{outcome=\"\(outcome)\"}", by: "journey")
    }

    /// At every moment of the last minutes, of each of so many journeys: all that was sent has ended or is outstanding.
    func expectTrueBooks(of journeys: Int) async throws {
        let difference = """
            abs(probe_messages_sent_total - probe_messages_outstanding
              - sum without (outcome) (probe_messages_total) + sum without (outcome) (probe_messages_corrected_total))
            """
        let worst = try await query("max_over_time((\(difference))[10m:1s])", by: "journey")
        #expect(worst.count == journeys && worst.values.allSatisfy { $0 == 0 }, "\(worst)")
    }
}
