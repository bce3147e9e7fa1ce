import Hummingbird
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("ExemplarRoute")
struct ExemplarRouteTests {
    private struct Known: ExemplarQuerying {
        func exemplars(_ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp) async -> [SeriesExemplars] {
            let all = ["b", "a"].map { job in
                SeriesExemplars(
                    labels: ["__name__": "m_bucket", "job": job],
                    exemplars: [
                        Exemplar(labels: ["trace_id": "t-\(job)"], timestamp: Timestamp(milliseconds: 1500), value: 0.25)
                    ])
            }
            return all.filter { series in
                matchers.allSatisfy { $0.matches(series.labels) }
                    && series.exemplars.contains { (start...end).contains($0.timestamp) }
            }
        }
    }

    private var router: Router<BasicRequestContext> {
        let router = Router()
        ExemplarRoute(desk: QueryDesk(samples: FixedSeries(), world: .manual()), exemplars: Known()).add(to: router)
        return router
    }

    @Test("tells the exemplars of every series that a query reads, each once, sorted by labels")
    func answers() async throws {
        let query = "query=rate(m_bucket[5m])%20%2B%20m_bucket{job=%22a%22}&start=1&end=2"
        let answer = try await ask("/api/v1/query_exemplars?\(query)", of: router)
        #expect(
            answer.body
                == #"{"status":"success","data":[{"seriesLabels":{"__name__":"m_bucket","job":"a"},"exemplars":"#
                + #"[{"labels":{"trace_id":"t-a"},"value":"0.25","timestamp":1.500}]},"#
                + #"{"seriesLabels":{"__name__":"m_bucket","job":"b"},"exemplars":"#
                + #"[{"labels":{"trace_id":"t-b"},"value":"0.25","timestamp":1.500}]}]}"#)
        #expect(try await ask("/api/v1/query_exemplars", .post, form: query, of: router).body == answer.body)
        #expect(try await ask("/api/v1/query_exemplars?query=m_bucket&start=2", of: router).body == #"{"status":"success","data":[]}"#)
    }

    @Test("a query that reads nothing has nothing to tell, as in Prometheus")
    func noSelectors() async throws {
        #expect(try await ask("/api/v1/query_exemplars?query=1", of: router).status == .noContent)
    }

    @Test("an end before the start is refused in Prometheus' words")
    func reversed() async throws {
        let answer = try await ask("/api/v1/query_exemplars?query=up&start=2&end=1", of: router)
        #expect(
            answer.body == #"{"status":"error","errorType":"bad_data","error":"end timestamp must not be before start timestamp"}"#)
    }
}
