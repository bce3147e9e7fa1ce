import Testing

/// Postwatch on a real mail platform: Postfix, Dovecot and DNS on addresses of their own, faults injected and lifted.
@Suite("From a real mail platform to a page", .serialized, .timeLimit(.minutes(8)))
struct FromPlatformToPageTests {
    @Test("each fault leads to one incident and one webhook that name component and node, and its end to one resolve")
    func faults() async throws {
        try await WatchedPlatform.run(network: "127.91") { platform in
            try await platform.wait(60, for: "every journey and check is green") { try await platform.isGreen() }

            // A mailstore is stopped. While it is down the server is killed twice: nothing is forgotten, nothing is told twice.
            try await platform.expectIncident(1, from: ["stop", "mailstore-1"], component: "mailstore", nodes: ["mailstore-1"]) {
                for _ in 0..<2 {
                    platform.killServer()
                    try platform.startServer()
                    try await platform.waitForEvaluations()
                    let story = try #require(await platform.get("/api/v1/incidents/1"))
                    #expect(story.contains("opened by"))
                    #expect(story.contains("engineering/webhook-1 took the page (opened)"))
                    #expect(try platform.webhooks().count == 1)
                }
            }
            try await platform.expectIncident(2, from: ["hold", "outbound-1"], component: "outbound", nodes: ["outbound-1"])
            try await platform.expectIncident(3, from: ["freeze", "imap-proxy-1"], component: "imap-proxy", nodes: ["imap-proxy-1"])

            let page = try #require(await platform.get("/"))
            #expect(page.contains("journeys are green"))
            #expect(page.contains("mailstore-1"))
        }
    }

    @Test("what agents measure while the server is away arrives when it is back, without a gap")
    func agentsBuffer() async throws {
        try await WatchedPlatform.run(network: "127.92") { platform in
            try await platform.wait(60, for: "agents push") { try await platform.samplesOfAgent() >= 3 }
            let before = try await platform.samplesOfAgent()
            platform.killServer()
            try await platform.waitForBufferedRounds(6)
            try platform.startServer()
            try await platform.wait(60, for: "the rounds of the outage arrive") { try await platform.samplesOfAgent() >= before + 7 }
            let times = try await platform.times(of: #"node_time_seconds{instance="mx-1"}[2m]"#)
            let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
            #expect((gaps.max() ?? 0) < 5, "an agent measures every 2 s; gaps: \(gaps)")
        }
    }
}

extension WatchedPlatform {
    /// Every journey and every check of a node has run, and the last run went well.
    func isGreen() async throws -> Bool {
        let success = try await query("probe_success", by: "journey")
        return success.count >= 12 && success.values.allSatisfy { $0 == 1 }
    }

    /// Injects a fault, expects exactly one webhook within 30 s, lifts it and expects exactly one more that resolves.
    func expectIncident(
        _ number: Int, from arguments: [String], component: String, nodes: [String], meanwhile body: () async throws -> Void = {}
    ) async throws {
        let before = try webhooks().count
        try fault(arguments[0], arguments[1])
        try await wait(30, for: "a webhook after \(arguments)") { try webhooks().count > before }
        try await body()
        try fault("lift", arguments[1])
        try await wait(120, for: "a resolve after lifting \(arguments)") { try webhooks().last?.status == "resolved" }
        try await wait(60, for: "every journey is green after lifting \(arguments)") { try await isGreen() }
        let arrived = try webhooks().dropFirst(before)
        #expect(arrived.map(\.status) == ["firing", "resolved"])
        for webhook in arrived {
            #expect(webhook.version == "4")
            #expect(webhook.incident.number == number)
            #expect(webhook.incident.component == component)
            #expect(webhook.incident.nodes == nodes)
        }
    }

    /// Waits until the restarted server has evaluated its rules several times, with results of its own journeys.
    func waitForEvaluations() async throws {
        try await wait(60, for: "the server evaluates again") {
            let metrics = await get("/metrics") ?? ""
            let line = metrics.split(separator: "\n").first { $0.hasPrefix("postwatch_rule_group_iterations_total ") }
            return line.flatMap { Double($0.split(separator: " ")[1]) } ?? 0 >= 20
        }
    }

    /// Waits until the buffer of an agent has grown so many times: each round that nobody takes makes it longer.
    func waitForBufferedRounds(_ rounds: Int) async throws {
        var last = bufferedBytes(ofAgent: "mx-1")
        var growths = 0
        try await wait(60, for: "an agent buffers \(rounds) rounds") {
            let now = bufferedBytes(ofAgent: "mx-1")
            if now > last { growths += 1 }
            last = now
            return growths >= rounds
        }
    }

    func samplesOfAgent() async throws -> Double {
        try await query(#"count_over_time(node_time_seconds{instance="mx-1"}[10m])"#, by: "instance")["mx-1"] ?? 0
    }
}
