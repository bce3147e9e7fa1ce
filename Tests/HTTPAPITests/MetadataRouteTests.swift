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
                #"{"a_seconds":[{"help":"","type":"counter","unit":"seconds"}],"up":[{"help":"Whether it is up.","type":"gauge","unit":""}]}"#
            ),
            ("?metric=up", #"{"up":[{"help":"Whether it is up.","type":"gauge","unit":""}]}"#),
            ("?limit=1", #"{"a_seconds":[{"help":"","type":"counter","unit":"seconds"}]}"#), ("?metric=none", "{}"), ("?limit=0", "{}"),
        ])
    func answers(query: String, data: String) async throws {
        let router = Router()
        MetadataRoute(metadata: Known()).add(to: router)
        try await Application(router: router).test(.router) { client in
            try await client.execute(uri: "/api/v1/metadata\(query)", method: .get) { response in
                #expect(response.status == .ok)
                #expect(String(buffer: response.body) == #"{"data":\#(data),"status":"success"}"#)
            }
        }
    }
}
