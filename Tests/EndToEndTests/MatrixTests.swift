import Foundation
import Testing

/// A matrix of 200 probes, from the server and from an agent elsewhere, on a real platform.
@Suite("A matrix over a real mail platform", .serialized, .timeLimit(.minutes(6)))
struct MatrixTests {
    /// 25 ways through the proxy and the direct one, to four accounts on two mailstores; half of them from each vantage.
    private static func journeys(_ name: String, home: String, network: String) -> String {
        func account(_ user: String, store: Int) -> String {
            """
                  - name: \(user)
                    path: [mailstore-\(store)]
                    server: "\(network).0.4\(store):993"
                    username: \(user)@example.test
                    password_file: \(home)/secrets/\(user)@example.test

            """
        }
        let ways = (1...24).map { "      - {name: proxy-\($0), server: \"\(network).0.51:993\", path: [imap-proxy-1]}\n" }.joined()
        return """
              - name: \(name)
                kind: imap
                interval: 15s
                timeout: 5s
                confirm: {repeats: 2, interval: 2s}
                matrix:
                  servers:
            \(ways)      - {name: direct, direct: true}
                  accounts:
            \(account("probe-1", store: 1))\(account("customer-1", store: 1))\(account("probe-2", store: 2))\(account("customer-2", store: 2))
                imap: {tls: implicit, tls_config: {ca_file: "\(home)/ca/ca.pem"}}

            """
    }

    @Test("a stopped mailstore under 200 probes is one incident, with one event, that names the mailstore")
    func stoppedMailstore() async throws {
        try await WatchedPlatform.run(network: "127.94") { platform in
            try platform.restartServer { text in
                // Nothing but the matrix looks at the platform: no checks of nodes, no other journeys.
                let withoutChecks = text.replacing(/(?m)^ +check:(?: \{.*\}| *\n +\{.*\})\n/, with: "")
                let head = withoutChecks.prefix(upTo: withoutChecks.range(of: "\njourneys:\n")?.upperBound ?? withoutChecks.endIndex)
                let tail = withoutChecks.suffix(
                    from: withoutChecks.range(of: "\nrule_files:")?.lowerBound ?? withoutChecks.endIndex
                ).replacing("rules/*.yml", with: "rules/journeys.yml")
                return head + Self.journeys("read", home: platform.home, network: "127.94") + tail
            }
            try platform.startAgent(
                "vantage",
                """
                vantage: dublin
                collectors: {host: {enabled: false}, postfix: []}
                remote_write: [{url: "\(platform.serverURL)/api/v1/write"}]
                journeys:
                \(Self.journeys("read", home: platform.home, network: "127.94"))
                """)
            try await platform.wait(90, for: "200 probes are up") {
                try await platform.query("sum by (matrix) (postwatch_journey_up{matrix=\"read\"})", by: "matrix")["read"] == 200
            }
            try platform.fault("stop", "mailstore-2")
            try await platform.wait(90, for: "a webhook") { try !platform.webhooks().isEmpty }
            try await platform.wait(60, for: "every cell of the mailstore is down") {
                try await platform.query("sum by (matrix) (postwatch_journey_up{matrix=\"read\"})", by: "matrix")["read"] == 100
            }
            try platform.fault("lift", "mailstore-2")
            try await platform.wait(120, for: "a resolve") { try platform.webhooks().last?.status == "resolved" }
            let webhooks = try platform.webhooks()
            #expect(webhooks.map(\.status) == ["firing", "resolved"])
            for webhook in webhooks {
                #expect(webhook.incident.number == 1)
                #expect(webhook.incident.component == "mailstore")
                #expect(webhook.incident.nodes == ["mailstore-2"])
                #expect(webhook.incident.title.contains("mailstore-2"))
            }
            let incidents = try #require(await platform.get("/api/v1/incidents"))
            #expect(incidents.components(separatedBy: "\"number\":").count == 2, "\(incidents)")
            #expect(incidents.components(separatedBy: "\"alertname\":").count == 2, "one event, not fifty: \(incidents)")
        }
    }
}
