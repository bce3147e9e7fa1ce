import Catalogue
import PostwatchModel
import Testing

@Suite("Coverage")
struct CoverageTests {
    private static let topology = Topology(
        platform: "example",
        components: [
            .init(name: "mx", role: .mx, nodes: [.init(name: "mx-1", address: "a"), .init(name: "mx-2", address: "b")]),
            .init(name: "cache", role: .cache, nodes: [.init(name: "cache-1", address: "c")]),
        ])

    @Test("tells node by node what is measured, what has a rule and what a journey passes through")
    func nodes() throws {
        let coverage = Coverage(
            of: Self.topology,
            metrics: [
                "mx-1": ["node_cpu_seconds_total", "postfix_showq_queue_depth"], "cache-1": ["memcached_current_bytes"],
            ],
            rules: [
                .init(name: "MtaQueueGrowing", selectors: [[name("up")], [name("postfix_showq_queue_depth")]]),
                .init(name: "OutboundQueue", selectors: [[name("postfix_showq_queue_depth"), LabelMatcher("component", equals: "out")]]),
                .init(name: "RedisFull", selectors: [[name("redis_memory_used_bytes")]]),
            ],
            journeys: [
                .init(name: "inbound", kind: "inbound", nodes: ["mx-1", "cache-1"]), .init(name: "read", kind: "imap", nodes: ["mx-2"]),
            ])
        let mx = try #require(coverage.components.first)
        #expect(mx.wantedJourneys == ["inbound"])
        #expect(mx.nodes.map(\.journeys) == [["inbound"], []])
        let first = Dictionary(uniqueKeysWithValues: mx.nodes[0].findings.map { ($0.item.name, $0) })
        #expect(first["CPU"]?.isMeasured == true)
        #expect(first["CPU"]?.rules == [])
        #expect(first["queue depth"]?.rules == ["MtaQueueGrowing"])
        #expect(first["queue age"]?.isMeasured == false)
        #expect(mx.nodes[1].findings.allSatisfy { !$0.isMeasured && $0.rules.isEmpty })
        let cache = try #require(coverage.components.last).nodes[0]
        // memcached is measured; a rule about Redis does not watch it.
        let memory = try #require(cache.findings.first { $0.item.name == "memory of the cache" })
        #expect(memory.isMeasured && memory.rules.isEmpty)
        #expect(cache.journeys == [])
        #expect(coverage.basics.measured == 3)
        #expect(coverage.basics.all == 2 * 5 + 4)
    }

    private func name(_ metric: String) -> LabelMatcher { LabelMatcher(LabelSet.metricNameLabel, equals: metric) }

    @Test("wants the host's basics and a key metric of every role, each with lines that would add it", arguments: Role.allCases)
    func roles(role: Role) {
        let items = Catalogue.items(of: role)
        let basics = items.filter { $0.level == .basics }
        #expect(basics.map(\.name).starts(with: ["CPU", "memory", "disk space"]))
        #expect(basics.count > 3)
        #expect(items.allSatisfy { !$0.metrics.isEmpty && !$0.remedies.isEmpty })
        #expect(Set(items.map(\.name)).count == items.count)
        #expect(!Catalogue.journeys(of: role).isEmpty)
    }
}
