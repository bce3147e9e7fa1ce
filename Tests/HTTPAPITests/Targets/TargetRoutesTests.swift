import Hummingbird
import PostwatchModel
import Testing

@testable import HTTPAPI

@Suite("The target routes")
struct TargetRoutesTests {
    private struct Known: TargetReporting, MetadataQuerying {
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
        func metadata() async -> [String: MetricMetadata] { ["up": MetricMetadata(kind: .gauge, help: "h")] }
    }

    private struct NoMetadata: MetadataQuerying {
        func metadata() async -> [String: MetricMetadata] { [:] }
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
        TargetRoutes(targets: Known(), metadata: Known()).add(to: router)
        #expect(
            try await ask("/api/v1/targets\(query)", of: router).body
                == #"{"status":"success","data":{"activeTargets":[\#(active)],"droppedTargets":[\#(dropped)],"#
                + #""droppedTargetCounts":{"other":\#(droppedCount),"self":0}}}"#)
    }

    @Test("what is known of a target's metrics is told, with the metric's name unless it was asked for")
    func metadata() async throws {
        let router = Router()
        TargetRoutes(targets: Known(), metadata: Known()).add(to: router)
        let path = "/api/v1/targets/metadata"
        let rest = #""type":"gauge","help":"h","unit":""}]}"#
        #expect(
            try await ask(path, of: router).body
                == #"{"status":"success","data":[{"target":{"job":"self"},"metric":"up",\#(rest)"#)
        #expect(
            try await ask(path + "?metric=up&match_target={job=%22self%22}", of: router).body
                == #"{"status":"success","data":[{"target":{"job":"self"},\#(rest)"#)
        for query in ["?metric=no", "?match_target={job=%22no%22}"] {
            #expect(try await ask(path + query, of: router).body == #"{"status":"success","data":[]}"#)
        }
        #expect(try await ask(path + "?match_target=x(", of: router).status == .badRequest)
    }

    @Test("where nothing is scraped the answers are empty and well-formed")
    func nothing() async throws {
        let router = Router()
        TargetRoutes(targets: NoTargets(), metadata: NoMetadata()).add(to: router)
        #expect(
            try await ask("/api/v1/targets", of: router).body
                == #"{"status":"success","data":{"activeTargets":[],"droppedTargets":[],"droppedTargetCounts":{}}}"#)
        #expect(try await ask("/api/v1/scrape_pools", of: router).body == #"{"status":"success","data":{"scrapePools":[]}}"#)
        #expect(try await ask("/api/v1/targets/metadata", of: router).body == #"{"status":"success","data":[]}"#)
    }
}
