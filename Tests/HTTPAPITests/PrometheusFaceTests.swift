import Hummingbird
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("PrometheusFace")
struct PrometheusFaceTests {
    /// A store that is empty and takes nothing.
    private struct Empty: ExemplarQuerying, MetadataQuerying, SeriesAdministering, RemoteWriteReceiving, StatusReporting {
        func exemplars(_ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp) async -> [SeriesExemplars] { [] }
        func metadata() async -> [String: MetricMetadata] { [:] }
        func cardinality(limit: Int) async -> SeriesCardinality { SeriesCardinality() }
        func delete(_ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp) async throws {}
        func snapshot(skipsHead: Bool) async throws -> String { "" }
        func write(_ body: RemoteWriteBody) async throws -> WriteReport { throw WriteRefusal.overloaded }
        func configuration() async -> String { "" }
        func options() async -> [String: String] { [:] }
        func runtime() async -> RuntimeReport {
            let beginning = Timestamp(milliseconds: 0)
            return RuntimeReport(
                startedAt: beginning, workingDirectory: "", hostname: "", configuredAt: beginning, processors: 1, retention: "15d")
        }
    }

    private var router: Router<BasicRequestContext> {
        let router = Router()
        let empty = Empty()
        PrometheusFace(
            PrometheusFace.Parts(
                samples: FixedSeries(), listing: FixedSeries(), exemplars: empty, metadata: empty, administration: empty, receiver: empty,
                rules: NoRules(), status: empty, version: "0.1", world: .manual(), reload: {})
        ).add(to: router)
        return router
    }

    @Test(
        "every question that a client of Prometheus asks has an answer",
        arguments: [
            "query?query=1%2B1", "query_range?query=1&start=0&end=1&step=1", "query_exemplars?query=up", "series?match[]=up", "labels",
            "label/__name__/values", "metadata", "rules", "rules?type=alert", "alerts", "alertmanagers", "targets", "targets/metadata",
            "scrape_pools", "format_query?query=up", "parse_query?query=up", "status/config", "status/flags", "status/runtimeinfo",
            "status/buildinfo", "status/tsdb", "status/walreplay", "notifications", "features",
        ])
    func questions(path: String) async throws {
        let answer = try await ask("/api/v1/\(path)", headers: [.origin: "http://page.example"], of: router)
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentType] == "application/json")
        // Pages of others may not read it unless the configuration says so.
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
        #expect(answer.body.hasPrefix(#"{"status":"success","data":"#))
        #expect(try await ask("/api/v1/\(path.prefix { $0 != "?" })", .options, of: router).status == .noContent)
    }

    @Test("what changes something is there, but only does it where that is enabled")
    func changes() async throws {
        #expect(try await ask("/api/v1/admin/tsdb/snapshot", .post, of: router).status == .serviceUnavailable)
        #expect(try await ask("/-/reload", .post, of: router).status == .forbidden)
        #expect(try await ask("/api/v1/write", of: router).status == .methodNotAllowed)
        #expect(try await ask("/federate", of: router).status == .ok)
        #expect(try await ask("/api/v1/nothing", of: router).status == .notFound)
    }
}
