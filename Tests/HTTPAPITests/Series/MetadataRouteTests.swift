import Hummingbird
import HummingbirdTesting
import PostwatchModel
import Testing

@testable import HTTPAPI

@Suite("The metadata of metric families")
struct MetadataRouteTests {
    private struct Known: MetadataQuerying {
        func metadata() async -> [String: MetricMetadata] {
            [
                "up": MetricMetadata(kind: .gauge, help: "Whether it is up.", unit: ""),
                "a_seconds": MetricMetadata(kind: .counter, unit: "seconds"),
            ]
        }
    }

    @Test(
        "is told as Prometheus tells it: all of it, of one metric, or so many",
        arguments: [
            (
                "",
                #"{"a_seconds":[{"type":"counter","help":"","unit":"seconds"}],"up":[{"type":"gauge","help":"Whether it is up.","unit":""}]}"#
            ),
            ("?metric=up", #"{"up":[{"type":"gauge","help":"Whether it is up.","unit":""}]}"#),
            ("?limit=1", #"{"a_seconds":[{"type":"counter","help":"","unit":"seconds"}]}"#), ("?metric=none", "{}"), ("?limit=0", "{}"),
            ("?limit_per_metric=1&metric=up", #"{"up":[{"type":"gauge","help":"Whether it is up.","unit":""}]}"#),
        ])
    func answers(query: String, data: String) async throws {
        let router = Router()
        MetadataRoute(metadata: Known()).add(to: router)
        try await Application(router: router).test(.router) { client in
            try await client.execute(uri: "/api/v1/metadata\(query)", method: .get) { response in
                #expect(response.status == .ok)
                #expect(String(buffer: response.body) == #"{"status":"success","data":\#(data)}"#)
            }
        }
    }

    @Test("a limit that is no number is refused", arguments: ["limit", "limit_per_metric"])
    func badLimit(name: String) async throws {
        let router = Router()
        MetadataRoute(metadata: Known()).add(to: router)
        let answer = try await ask("/api/v1/metadata?\(name)=x", of: router)
        #expect(answer.status == .badRequest)
        #expect(answer.body == #"{"status":"error","errorType":"bad_data","error":"\#(name) must be a number"}"#)
    }
}
