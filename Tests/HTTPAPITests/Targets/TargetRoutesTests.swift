import Hummingbird
import PostwatchModel
import Testing

@testable import HTTPAPI

@Suite("The target routes")
struct TargetRoutesTests {
    private struct Known: TargetReporting {
        func scrapePools() async -> [String] { ["self", "other"] }
        func activeTargets() async -> [ActiveTarget] {
            [
                ActiveTarget(
                    discoveredLabels: ["__address__": "127.0.0.1:9"], labels: ["job": "self"], scrapePool: "self",
                    scrapeURL: "http://127.0.0.1:9/metrics", globalURL: "http://mx:9/metrics", lastScrapeDuration: .milliseconds(35),
                    health: .up, scrapeInterval: .seconds(1), scrapeTimeout: .milliseconds(500))
            ]
        }
        func droppedTargets() async -> [DroppedTarget] { [DroppedTarget(discoveredLabels: ["a": "b"], scrapePool: "other")] }
        func targetMetadata() async -> [(labels: LabelSet, families: [String: MetricMetadata])] {
            [
                (["job": "self"], ["up": MetricMetadata(kind: .gauge, help: "h"), "b": MetricMetadata(kind: .counter, unit: "bytes")]),
                (["job": "other"], ["up": MetricMetadata(kind: .unknown)]),
            ]
        }
    }

    private static let active =
        #"{"discoveredLabels":{"__address__":"127.0.0.1:9"},"labels":{"job":"self"},"scrapePool":"self","#
        + #""scrapeUrl":"http://127.0.0.1:9/metrics","globalUrl":"http://mx:9/metrics","lastError":"","#
        + #""lastScrape":"0001-01-01T00:00:00Z","lastScrapeDuration":0.035,"health":"up","scrapeInterval":"1s","scrapeTimeout":"500ms"}"#
    private static let dropped = #"{"discoveredLabels":{"a":"b"},"scrapePool":"other"}"#

    @Test(
        "targets have the shape of Prometheus', by state and by pool",
        arguments: [
            ("", active, dropped, 1), ("?state=active", active, "", 1), ("?state=dropped", "", dropped, 1),
            ("?state=any", active, dropped, 1), ("?scrapePool=self", active, "", 0),
        ])
    func targets(query: String, active: String, dropped: String, droppedCount: Int) async throws {
        let router = Router()
        TargetRoutes(targets: Known()).add(to: router)
        #expect(
            try await ask("/api/v1/targets\(query)", of: router).body
                == #"{"status":"success","data":{"activeTargets":[\#(active)],"droppedTargets":[\#(dropped)],"#
                + #""droppedTargetCounts":{"other":\#(droppedCount),"self":0}}}"#)
    }

    @Test("each target's own metrics are told, with the metric's name unless it was asked for, up to a limit")
    func metadata() async throws {
        let router = Router()
        TargetRoutes(targets: Known()).add(to: router)
        let path = "/api/v1/targets/metadata"
        let bytes = #"{"target":{"job":"self"},"metric":"b","type":"counter","help":"","unit":"bytes"}"#
        let mine = #"{"target":{"job":"self"},"metric":"up","type":"gauge","help":"h","unit":""}"#
        let other = #"{"target":{"job":"other"},"metric":"up","type":"unknown","help":"","unit":""}"#
        for (query, entries) in [
            ("", [bytes, mine, other]), ("?limit=2", [bytes, mine]), ("?match_target={job=%22other%22}", [other]),
            ("?metric=no", []), ("?match_target={job=%22no%22}", []),
        ] {
            #expect(
                try await ask(path + query, of: router).body
                    == #"{"status":"success","data":[\#(entries.joined(separator: ","))]}"#)
        }
        #expect(
            try await ask(path + "?metric=up&match_target={job=%22self%22}", of: router).body
                == #"{"status":"success","data":[{"target":{"job":"self"},"type":"gauge","help":"h","unit":""}]}"#)
        #expect(try await ask(path + "?match_target=x(", of: router).status == .badRequest)
    }

    @Test("where nothing is scraped the answers are empty and well-formed")
    func nothing() async throws {
        let router = Router()
        TargetRoutes(targets: NoTargets()).add(to: router)
        #expect(
            try await ask("/api/v1/targets", of: router).body
                == #"{"status":"success","data":{"activeTargets":[],"droppedTargets":[],"droppedTargetCounts":{}}}"#)
        #expect(try await ask("/api/v1/scrape_pools", of: router).body == #"{"status":"success","data":{"scrapePools":[]}}"#)
        #expect(try await ask("/api/v1/targets/metadata", of: router).body == #"{"status":"success","data":[]}"#)
    }
}
