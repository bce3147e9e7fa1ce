import Hummingbird
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("FederationRoute")
struct FederationRouteTests {
    private static let series = FixedSeries(all: [
        SeriesColumns(
            labels: ["__name__": "up", "instance": "127.0.0.1:1", "job": "self"], timestamps: [100_000, 299_000], values: [0, 1]),
        SeriesColumns(labels: ["__name__": "up", "job": "q\"\n\\", "zone": "own"], timestamps: [298_000], values: [1e-7]),
        SeriesColumns(labels: ["__name__": "ended"], timestamps: [298_000, 299_000], values: [1, Sample.staleMarker]),
        SeriesColumns(labels: ["__name__": "old"], timestamps: [0], values: [1]),
        SeriesColumns(labels: ["__name__": "big"], timestamps: [299_500], values: [.infinity]),
        SeriesColumns(labels: ["job": "nameless"], timestamps: [299_500], values: [1]),
    ])

    private var router: Router<BasicRequestContext> {
        let router = Router()
        FederationRoute(
            samples: Self.series, externalLabels: ["zone": "z"], world: .manual(at: Timestamp(milliseconds: 300_001))
        ).add(to: router)
        return router
    }

    @Test("tells the latest sample of each chosen series once, in Prometheus' text format")
    func text() async throws {
        let answer = try await ask("/federate?match[]=up&match[]={__name__=~%22.%2B%22}&match[]={job=%22nameless%22}", of: router)
        #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(
            answer.body == """
                # TYPE big untyped
                big{zone="z",instance=""} +Inf 299500
                # TYPE up untyped
                up{instance="127.0.0.1:1",job="self",zone="z"} 1 299000
                up{job="q\\"\\n\\\\",zone="own",instance=""} 1e-07 298000

                """)
    }

    @Test("nothing chosen is nothing told")
    func nothing() async throws {
        for path in ["/federate", "/federate?match[]=none"] {
            let answer = try await ask(path, of: router)
            #expect(answer.status == .ok)
            #expect(answer.body.isEmpty)
        }
    }

    @Test("what is no selector is refused in plain text")
    func badSelector() async throws {
        let answer = try await ask("/federate?match[]=x(", of: router)
        #expect(answer.status == .badRequest)
        #expect(!answer.body.contains("{"))
    }
}
