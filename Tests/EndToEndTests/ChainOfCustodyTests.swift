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

    private static let network = "127.98"

    /// Ways through the platform, by the name of the journey that takes them.
    private enum Way: String, CaseIterable {
        /// From inside, through a relay and an exchanger.
        case relayed = "relayed-store-1"
        /// From outside, through an exchanger and a router.
        case routed = "routed-store-2"
        /// From outside, through an exchanger.
        case direct = "direct-store-2"

        var hops: Int { self == .direct ? 3 : 4 }

        func journey(_ testbed: String) -> String {
            let (path, smtp, store) =
                switch self {
                case .relayed:
                    (
                        "outbound-1, mx-1, mx-2, mailstore-1", "server: \(network).0.21:25, source_address: \(network).0.99, ",
                        (number: 1, recipient: "probe-1")
                    )
                case .routed: ("mx-1, mx-2, router-1, mailstore-2", "", (2, "probe-2+routed"))
                case .direct: ("mx-1, mx-2, mailstore-2", "", (2, "probe-2"))
                }
            return """
                  - name: \(rawValue)
                    kind: inbound
                    interval: 4s
                    timeout: 100s
                    late_after: 15s
                    lost_after: 3m
                    resolver: \(network).0.53:53
                    path: [\(path), imap-proxy-1]
                    smtp: {\(smtp)tls: none, from: probe@remote.test, to: \(store.recipient)@example.test}
                    imap:
                      server: imap.example.test:993
                      tls: implicit
                      tls_config: {ca_file: \(testbed)/ca/ca.pem}
                      username: probe-\(store.number)@example.test
                      password_file: \(testbed)/secrets/probe-\(store.number)@example.test

                """
        }
    }

    private static func addJourneys(_ configuration: inout String, _ testbed: String) {
        let text = Way.allCases.map { $0.journey(testbed) }.joined()
        configuration = configuration.replacingOccurrences(of: "\nrule_files:", with: "\n\(text)\nrule_files:")
    }

    private static func chain(_ name: String, _ platform: WatchedPlatform) async -> Chain? {
        guard let text = await platform.get("/api/v1/probes/\(name)") else { return nil }
        return try? JSONDecoder().decode(Answer<Chain>.self, from: Data(text.utf8)).data
    }

    private static func messages(_ way: Way, _ platform: WatchedPlatform) async -> [Message] {
        guard let text = await platform.get("/api/v1/probes?journey=\(way.rawValue)") else { return [] }
        return (try? JSONDecoder().decode(Answer<[Message]>.self, from: Data(text.utf8)).data) ?? []
    }

    /// Waits until messages are quick and all their hops have told.
    private static func settle(_ platform: WatchedPlatform) async throws -> [Chain] {
        var found: [Way: Chain] = [:]
        try await platform.wait(90, for: "a quick message on each way with the logs of all hops") {
            for way in Way.allCases where found[way] == nil {
                guard let chain = await chain(way.rawValue, platform), chain.delivered, chain.totalSeconds < 5,
                    chain.hops.count == way.hops, chain.hops.allSatisfy(\.logged)
                else { continue }
                found[way] = chain
            }
            return found.count == Way.allCases.count
        }
        return Array(found.values)
    }

    /// Breaks something for 30 s and gives the chains of the messages that it held up longest.
    private static func slowest(
        _ ways: [Way], of platform: WatchedPlatform, while break: () throws -> Void, until repair: () throws -> Void
    ) async throws -> [Chain] {
        try `break`()
        // Messages that were under way before belong to what was broken before.
        let since = Date().formatted(.iso8601).prefix(19)
        try await ContinuousClock().sleep(for: .seconds(31))
        try repair()
        var slow: [Way: Message] = [:]
        try await platform.wait(60, for: "messages that were held up for 25 s, on each of \(ways)") {
            for way in ways {
                slow[way] = await messages(way, platform).filter { $0.startedAt >= since && ($0.seconds ?? 0) > 25 }.max {
                    ($0.seconds ?? 0) < ($1.seconds ?? 0)
                }
            }
            return slow.count == ways.count
        }
        // The agents may have something to add.
        try await ContinuousClock().sleep(for: .seconds(5))
        var chains: [Chain] = []
        for way in ways {
            let id = try #require(slow[way]?.id)
            let chain = try #require(await Self.chain(id, platform))
            #expect(abs(chain.stretches.reduce(0) { $0 + $1.durationSeconds } - chain.totalSeconds) < 0.001)
            #expect(chain.stretches.allSatisfy { $0.durationSeconds > 0 })
            #expect(chain.unattributedSeconds <= 0.05 * chain.totalSeconds, "\(chain)")
            chains.append(chain)
        }
        return chains
    }

    @Test("names hop and stage of each delay, and clocks that are wrong")
    func delays() async throws {
        try await WatchedPlatform.run(network: Self.network, options: ["--more", "router-1"], adjust: Self.addJourneys) { platform in
            for quick in try await Self.settle(platform) {
                #expect(quick.unattributedSeconds <= 0.05 * quick.totalSeconds, "\(quick)")
                #expect(!quick.clocks.contains { $0.finding }, "\(quick.clocks)")
            }
            try await Self.relayAndRouter(platform)
            try await Self.exchangers(platform)
            try await Self.deliveries(platform)
            try await Self.visibility(platform)
            try await Self.clocks(platform)
        }
    }

    private static func relayAndRouter(_ platform: WatchedPlatform) async throws {
        let chains = try await slowest(
            [.relayed, .routed], of: platform,
            while: {
                try platform.fault("hold", "outbound-1", "--quiet")
                try platform.fault("hold", "router-1")
            },
            until: {
                try platform.fault("lift", "outbound-1")
                try platform.fault("lift", "router-1")
            })
        for (chain, node) in zip(chains, ["outbound-1", "router-1"]) {
            #expect(chain.verdict.contains("\(node) queue_manager (deferred"), "\(chain.verdict)")
            #expect(chain.spent(node, ["queue_manager"]) > 0.9 * chain.totalSeconds)
        }
    }

    private static func exchangers(_ platform: WatchedPlatform) async throws {
        _ = try await settle(platform)
        let chains = try await slowest(
            Way.allCases, of: platform,
            while: {
                try platform.fault("hold", "mx-1", "--quiet")
                try platform.fault("hold", "mx-2", "--quiet")
            },
            until: {
                try platform.fault("lift", "mx-1")
                try platform.fault("lift", "mx-2")
            })
        for chain in chains {
            #expect(chain.verdict.contains(": mx-") && chain.verdict.contains("queue_manager (deferred"), "\(chain.verdict)")
            #expect(chain.spent("mx-", ["queue_manager"]) > 0.9 * chain.totalSeconds)
        }
    }

    /// One mailstore takes no connection, the other one takes messages and does not answer.
    private static func deliveries(_ platform: WatchedPlatform) async throws {
        _ = try await settle(platform)
        let chains = try await slowest(
            [.relayed, .direct, .routed], of: platform,
            while: {
                try platform.fault("freeze", "mailstore-1")
                try platform.fault("stall-lmtp", "mailstore-2")
            },
            until: {
                try platform.fault("lift", "mailstore-1")
                try platform.fault("lift", "mailstore-2")
            })
        // Postfix waits 20 s for the greeting, then tries again some seconds later.
        #expect(chains[0].verdict.contains(": mx-") && chains[0].verdict.contains("mailstore-1"), "\(chains[0].verdict)")
        #expect(chains[0].spent("mx-", ["connection_setup", "queue_manager", "transmission"]) > 0.8 * chains[0].totalSeconds)
        for (chain, node) in zip(chains[1...], ["mx-", "router-1"]) {
            #expect(
                chain.verdict.contains(": \(node)") && chain.verdict.contains(" transmission (while mailstore-2 took it in)"),
                "\(chain.verdict)")
            #expect(chain.spent(node, ["transmission"]) > 0.9 * chain.totalSeconds, "\(chain)")
        }
    }

    private static func visibility(_ platform: WatchedPlatform) async throws {
        _ = try await settle(platform)
        let chains = try await slowest(
            Way.allCases, of: platform, while: { try platform.fault("freeze", "imap-proxy-1") },
            until: { try platform.fault("lift", "imap-proxy-1") })
        for (chain, store) in zip(chains, [1, 2, 2]) {
            #expect(
                chain.verdict.contains("mailstore-\(store) visibility (saved, not yet seen at imap.example.test:993)"), "\(chain.verdict)")
        }
    }

    private static func clocks(_ platform: WatchedPlatform) async throws {
        _ = try await settle(platform)
        try platform.fault("wrong-clock", "outbound-1")
        try platform.fault("wrong-clock", "mailstore-1", with: ["TESTBED_CLOCK": "-30s"])
        try await platform.wait(90, for: "both wrong clocks found, to within half a second") {
            guard let chain = await Self.chain(Way.relayed.rawValue, platform), chain.delivered else { return false }
            let skews = Dictionary(chain.clocks.filter(\.finding).map { ($0.node, $0.skewSeconds) }) { first, _ in first }
            return skews.count == 2 && abs((skews["outbound-1"] ?? 0) - 30) < 0.5 && abs((skews["mailstore-1"] ?? 0) + 30) < 0.5
        }
        let skewed = try await slowest(
            [.relayed], of: platform, while: { try platform.fault("hold", "outbound-1", "--quiet") },
            until: { try platform.fault("lift", "outbound-1", "hold") })
        for chain in skewed {
            #expect(chain.verdict.contains("outbound-1 queue_manager (deferred"), "\(chain.verdict)")
            #expect(chain.spent("outbound-1", ["queue_manager"]) > 0.9 * chain.totalSeconds)
            for (node, offset) in [("outbound-1", 30.0), ("mailstore-1", -30)] {
                let clock = chain.clocks.first { $0.node == node }
                #expect(abs((clock?.skewSeconds ?? 0) - offset) < 0.5, "\(node): \(chain.clocks)")
            }
        }
        let gauge = try await platform.query("probe_hop_clock_skew_seconds", by: "node")
        #expect(abs((gauge["outbound-1"] ?? 0) - 30) < 0.5 && abs((gauge["mailstore-1"] ?? 0) + 30) < 0.5, "\(gauge)")
    }
}
