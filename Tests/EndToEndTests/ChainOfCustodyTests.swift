import Foundation
import TestSupport
import Testing

/// A delay of about 30 s at each hop in turn, and clocks that are wrong, on real servers.
@Suite("The chain of custody of real messages", .serialized, .timeLimit(.minutes(12)))
struct ChainOfCustodyTests {
    struct Chain: Decodable {
        struct Hop: Decodable {
            let node: String
            let logged: Bool
        }

        struct Stretch: Decodable {
            let node: String
            let stage: String
            let durationSeconds: Double
        }

        struct Clock: Decodable {
            let node: String
            let skewSeconds: Double
            let finding: Bool
        }

        let id: String
        let totalSeconds: Double
        let unattributedSeconds: Double
        let delivered: Bool
        let verdict: String
        let hops: [Hop]
        let stretches: [Stretch]
        let clocks: [Clock]

        func spent(_ node: String, _ stages: Set<String>) -> Double {
            stretches.filter { $0.node.hasPrefix(node) && stages.contains($0.stage) }.reduce(0) { $0 + $1.durationSeconds }
        }
    }

    private struct Message: Decodable {
        let id: String
        /// RFC 3339, in UTC.
        let startedAt: String
        let seconds: Double?
    }

    private struct Answer<Content: Decodable>: Decodable {
        let data: Content
    }

    private static let journey = "relayed-store-1"
    private static let network = "127.98"

    /// From inside, through a relay and an MX, to a mailstore: three hops with logs.
    private static func addJourney(_ configuration: inout String, _ testbed: String) {
        let text = """
              - name: \(journey)
                kind: inbound
                interval: 4s
                timeout: 100s
                late_after: 15s
                lost_after: 3m
                resolver: \(network).0.53:53
                path: [outbound-1, mx-1, mx-2, mailstore-1, imap-proxy-1]
                smtp:
                  server: \(network).0.21:25
                  tls: none
                  source_address: \(network).0.99
                  from: probe@remote.test
                  to: probe-1@example.test
                imap:
                  server: imap.example.test:993
                  tls: implicit
                  tls_config: {ca_file: \(testbed)/ca/ca.pem}
                  username: probe-1@example.test
                  password_file: \(testbed)/secrets/probe-1@example.test


            """
        configuration = configuration.replacingOccurrences(of: "\nrule_files:", with: "\n\(text)rule_files:")
    }

    private static func chain(_ name: String, _ platform: WatchedPlatform) async -> Chain? {
        guard let text = await platform.get("/api/v1/probes/\(name)") else { return nil }
        return try? JSONDecoder().decode(Answer<Chain>.self, from: Data(text.utf8)).data
    }

    private static func messages(_ platform: WatchedPlatform) async -> [Message] {
        guard let text = await platform.get("/api/v1/probes?journey=\(journey)") else { return [] }
        return (try? JSONDecoder().decode(Answer<[Message]>.self, from: Data(text.utf8)).data) ?? []
    }

    /// Waits until messages are quick and all their hops have told.
    private static func settle(_ platform: WatchedPlatform) async throws -> Chain {
        var found: Chain?
        try await platform.wait(90, for: "a quick message with the logs of all hops") {
            guard let chain = await chain(journey, platform), chain.delivered, chain.totalSeconds < 5, chain.hops.count == 4 else {
                return false
            }
            found = chain
            return chain.hops.allSatisfy(\.logged)
        }
        return try #require(found)
    }

    /// Breaks something for 30 s and gives the chain of the message that it held up longest.
    private static func slowest(
        _ platform: WatchedPlatform, while break: () throws -> Void, until repair: () throws -> Void
    ) async throws -> Chain {
        try `break`()
        // Messages that were under way before belong to what was broken before.
        let since = Date().formatted(.iso8601).prefix(19)
        try await ContinuousClock().sleep(for: .seconds(31))
        try repair()
        var slow: Message?
        try await platform.wait(60, for: "a message that was held up for 25 s") {
            slow = await messages(platform).filter { $0.startedAt >= since && ($0.seconds ?? 0) > 25 }.max {
                ($0.seconds ?? 0) < ($1.seconds ?? 0)
            }
            return slow != nil
        }
        // The agents may have something to add.
        try await ContinuousClock().sleep(for: .seconds(5))
        let id = try #require(slow?.id)
        let chain = try #require(await Self.chain(id, platform))
        #expect(abs(chain.stretches.reduce(0) { $0 + $1.durationSeconds } - chain.totalSeconds) < 0.001)
        #expect(chain.stretches.allSatisfy { $0.durationSeconds > 0 })
        #expect(chain.unattributedSeconds <= 0.05 * chain.totalSeconds)
        return chain
    }

    @Test("names hop and stage of each delay, and clocks that are wrong")
    func delays() async throws {
        try await WatchedPlatform.run(network: Self.network, adjust: Self.addJourney) { platform in
            let quick = try await Self.settle(platform)
            #expect(quick.unattributedSeconds <= 0.05 * quick.totalSeconds, "\(quick)")
            #expect(!quick.clocks.contains { $0.finding }, "\(quick.clocks)")

            let router = try await Self.slowest(
                platform, while: { try platform.fault("hold", "outbound-1", "--quiet") },
                until: { try platform.fault("lift", "outbound-1") })
            #expect(router.verdict.contains("outbound-1 queue_manager (deferred"), "\(router.verdict)")
            #expect(router.spent("outbound-1", ["queue_manager"]) > 0.9 * router.totalSeconds)

            _ = try await Self.settle(platform)
            let exchanger = try await Self.slowest(
                platform,
                while: {
                    try platform.fault("hold", "mx-1", "--quiet")
                    try platform.fault("hold", "mx-2", "--quiet")
                },
                until: {
                    try platform.fault("lift", "mx-1")
                    try platform.fault("lift", "mx-2")
                })
            #expect(exchanger.verdict.contains(": mx-") && exchanger.verdict.contains("queue_manager (deferred"), "\(exchanger.verdict)")

            _ = try await Self.settle(platform)
            let delivery = try await Self.slowest(
                platform, while: { try platform.fault("freeze", "mailstore-1") }, until: { try platform.fault("lift", "mailstore-1") })
            // Postfix waits 20 s for the greeting, then tries again some seconds later.
            #expect(delivery.verdict.contains(": mx-") && delivery.verdict.contains("mailstore-1"), "\(delivery.verdict)")
            #expect(delivery.spent("mx-", ["connection_setup", "queue_manager", "transmission"]) > 0.8 * delivery.totalSeconds)

            _ = try await Self.settle(platform)
            let visibility = try await Self.slowest(
                platform, while: { try platform.fault("freeze", "imap-proxy-1") }, until: { try platform.fault("lift", "imap-proxy-1") })
            #expect(
                visibility.verdict.contains("mailstore-1 visibility (saved, not yet seen at imap.example.test:993)"),
                "\(visibility.verdict)")

            _ = try await Self.settle(platform)
            try platform.fault("wrong-clock", "outbound-1")
            try platform.fault("wrong-clock", "mailstore-1", with: ["TESTBED_CLOCK": "-30s"])
            try await platform.wait(90, for: "both wrong clocks found, to within half a second") {
                guard let chain = await Self.chain(Self.journey, platform), chain.delivered else { return false }
                let skews = Dictionary(chain.clocks.filter(\.finding).map { ($0.node, $0.skewSeconds) }) { first, _ in first }
                return skews.count == 2 && abs((skews["outbound-1"] ?? 0) - 30) < 0.5 && abs((skews["mailstore-1"] ?? 0) + 30) < 0.5
            }
            let skewed = try await Self.slowest(
                platform, while: { try platform.fault("hold", "outbound-1", "--quiet") },
                until: { try platform.fault("lift", "outbound-1", "hold") })
            #expect(skewed.verdict.contains("outbound-1 queue_manager (deferred"), "\(skewed.verdict)")
            #expect(skewed.spent("outbound-1", ["queue_manager"]) > 0.9 * skewed.totalSeconds)
            for (node, offset) in [("outbound-1", 30.0), ("mailstore-1", -30)] {
                let clock = skewed.clocks.first { $0.node == node }
                #expect(abs((clock?.skewSeconds ?? 0) - offset) < 0.5, "\(node): \(skewed.clocks)")
            }
            let gauge = try await platform.query("probe_hop_clock_skew_seconds", by: "node")
            #expect(abs((gauge["outbound-1"] ?? 0) - 30) < 0.5 && abs((gauge["mailstore-1"] ?? 0) + 30) < 0.5, "\(gauge)")
        }
    }
}
