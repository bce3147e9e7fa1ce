import Hummingbird
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("The query routes")
struct QueryRoutesTests {
    private static let samples = FixedSeries(all: [
        SeriesColumns(labels: ["__name__": "up", "job": "a"], timestamps: [1000, 61_000], values: [1, 0.5]),
        SeriesColumns(labels: ["__name__": "up", "job": "b"], timestamps: [1000, 61_000], values: [0, 1e-7]),
    ])

    private func router(_ samples: any SampleQuerying = samples) -> Router<BasicRequestContext> {
        let router = Router()
        let world = World.manual(at: Timestamp(milliseconds: 61_500))
        QueryRoutes(desk: QueryDesk(samples: samples, world: world)).add(to: router)
        return router
    }

    /// The answers of Prometheus 2.42 to the same data.
    @Test(
        "a query is answered as Prometheus answers it",
        arguments: [
            ("query?query=1%2B1&time=1.5", #"{"resultType":"scalar","result":[1.5,"2"]}"#),
            ("query?query=1e-7&time=1.5", #"{"resultType":"scalar","result":[1.5,"0.0000001"]}"#),
            ("query?query=vector(1e-7)&time=1.5", #"{"resultType":"vector","result":[{"metric":{},"value":[1.500,"1e-07"]}]}"#),
            ("query?query=vector(1e21)&time=1", #"{"resultType":"vector","result":[{"metric":{},"value":[1,"1e+21"]}]}"#),
            ("query?query=%22a%22&time=2", #"{"resultType":"string","result":[2,"a"]}"#),
            ("query?query=nothing", #"{"resultType":"vector","result":[]}"#),
            (
                "query?query=up{job=%22b%22}",
                #"{"resultType":"vector","result":[{"metric":{"__name__":"up","job":"b"},"value":[61.500,"1e-07"]}]}"#
            ),
            ("query?query=sum(up)&time=1970-01-01T00:00:01Z", #"{"resultType":"vector","result":[{"metric":{},"value":[1,"1"]}]}"#),
            (
                "query?query=up{job=%22a%22}[2m]&time=61",
                #"{"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a"},"values":[[1,"1"],[61,"0.5"]]}]}"#
            ),
            (
                "query_range?query=up{job=%22a%22}&start=1&end=61&step=30",
                #"{"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a"},"values":[[1,"1"],[31,"1"],[61,"0.5"]]}]}"#
            ),
            ("query_range?query=2&start=0&end=0&step=1h", #"{"resultType":"matrix","result":[{"metric":{},"values":[[0,"2"]]}]}"#),
            ("format_query?query=foo/bar", #""foo / bar""#),
        ])
    func answers(question: String, data: String) async throws {
        let answer = try await ask("/api/v1/\(question)", of: router())
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentType] == "application/json")
        #expect(answer.body == #"{"status":"success","data":\#(data)}"#)
        let parts = question.split(separator: "?", maxSplits: 1)
        #expect(try await ask("/api/v1/\(parts[0])", .post, form: String(parts[1]), of: router()).body == answer.body)
    }

    /// The answers of Prometheus 2.42, besides what it says of syntax.
    @Test(
        "a question that is wrong is refused as Prometheus refuses it",
        arguments: [
            (
                "query?query=1&time=x",
                #"invalid parameter \"time\": Invalid time value for 'time': cannot parse \"x\" to a valid timestamp"#
            ),
            ("query?query=1&timeout=x", #"invalid parameter \"timeout\": cannot parse \"x\" to a valid duration"#),
            ("query?query=1&limit=-1", #"invalid parameter \"limit\": limit must be non-negative"#),
            ("query_range?query=1&start=1&end=0&step=1", #"invalid parameter \"end\": end timestamp must not be before start time"#),
            (
                "query_range?query=1&start=1&end=2&step=0",
                #"invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer"#
            ),
            ("query_range?query=1&start=1&end=2&step=x", #"invalid parameter \"step\": cannot parse \"x\" to a valid duration"#),
            ("query_range?query=1&start=1&step=1", #"invalid parameter \"end\": cannot parse \"\" to a valid timestamp"#),
            (
                "query_range?query=1&start=0&end=11001&step=1",
                "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)"
            ),
            (
                "query_range?query=up[5m]&start=0&end=1&step=1",
                #"invalid parameter \"query\": invalid expression type \"range vector\" for range query, must be Scalar or instant Vector"#
            ),
        ])
    func refusals(question: String, message: String) async throws {
        let answer = try await ask("/api/v1/\(question)", of: router())
        #expect(answer.status == .badRequest)
        #expect(answer.body == #"{"status":"error","errorType":"bad_data","error":"\#(message)"}"#)
    }

    @Test("what is no PromQL is bad data that names the place", arguments: ["", "query=", "query=foo(", "query=up%20and%20%22a%22"])
    func syntax(question: String) async throws {
        for path in ["query", "format_query", "parse_query"] {
            let answer = try await ask("/api/v1/\(path)?\(question)", of: router())
            #expect(answer.status == .badRequest)
            #expect(answer.body.hasPrefix(#"{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:"#))
        }
    }

    @Test("11,001 points are still answered, as in Prometheus")
    func mostPoints() async throws {
        let answer = try await ask("/api/v1/query_range?query=1&start=0&end=11000&step=1", of: router())
        #expect(answer.status == .ok)
        #expect(answer.body.hasSuffix(#"[11000,"1"]]}]}}"#))
    }

    @Test("an answer over the limit is cut, with a warning")
    func limit() async throws {
        let cut = try await ask("/api/v1/query?query=up&limit=1", of: router())
        #expect(cut.body.hasSuffix(#"]},"warnings":["results truncated due to limit"]}"#))
        #expect(cut.body.components(separatedBy: "metric").count == 2)
        #expect(try await ask("/api/v1/query?query=up&limit=2", of: router()).body.hasSuffix(#"]}}"#))
        let range = try await ask("/api/v1/query_range?query=up&start=1&end=2&step=1&limit=1", of: router())
        #expect(range.body.hasSuffix(#"]},"warnings":["results truncated due to limit"]}"#))
    }

    @Test("the look-back is that of the request")
    func lookback() async throws {
        let path = "/api/v1/query?query=up{job=%22a%22}&time=40&lookback_delta="
        #expect(try await ask(path + "10s", of: router()).body.contains(#""result":[]"#))
        #expect(try await ask(path + "60", of: router()).body.contains(#"[40,"1"]"#))
        #expect(try await ask(path + "x", of: router()).status == .badRequest)
    }

    @Test("who asks for statistics is told how long it took")
    func statistics() async throws {
        let answer = try await ask("/api/v1/query?query=1&time=1&stats=all", of: router())
        #expect(
            answer.body
                == #"{"status":"success","data":{"resultType":"scalar","result":[1,"1"],"#
                + #""stats":{"timings":{"evalTotalTime":0,"execTotalTime":0}}}}"#)
    }

    @Test("an operation that the data do not allow is an execution error")
    func execution() async throws {
        let answer = try await ask("/api/v1/query?query=up%20*%20ignoring(job)%20up", of: router())
        #expect(answer.status == .unprocessableContent)
        #expect(answer.body.hasPrefix(#"{"status":"error","errorType":"execution","error":""#))
    }

    @Test("samples that cannot be read are the server's fault")
    func storage() async throws {
        struct Broken: SampleQuerying {
            struct Fault: Error {}
            func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws { throw Fault() }
        }
        let answer = try await ask("/api/v1/query?query=up", of: router(Broken()))
        #expect(answer.status == .internalServerError)
        #expect(answer.body.contains(#""errorType":"internal""#))
    }

    @Test("a query without time is over at once")
    func noTime() async throws {
        let answer = try await ask("/api/v1/query?query=up&timeout=0s", of: router())
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.body == #"{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}"#)
    }

    @Test("a large answer is the same as a small one, piece by piece")
    func largeAnswer() async throws {
        let times = Array(stride(from: Int64(1000), to: 5_000_000, by: 1000))
        let large = FixedSeries(
            all: (0..<3).map { number in
                SeriesColumns(labels: ["__name__": "m", "n": "\(number)"], timestamps: times, values: times.map { Double($0) / 3000 })
            })
        let answer = try await ask("/api/v1/query?query=m[2h]&time=5000", of: router(large))
        #expect(answer.status == .ok)
        var json = PrometheusJSON()
        json.beginEnvelope()
        json.object { json in
            json.member("resultType", "matrix")
            json.member("result") { $0.list(large.all) { $0.series($1) } }
        }
        json.endEnvelope()
        #expect(answer.bytes == json.bytes)
    }

    @Test("a tree of syntax has Prometheus' names")
    func tree() async throws {
        let answer = try await ask("/api/v1/parse_query?query=up", of: router())
        #expect(answer.status == .ok)
        #expect(answer.body.contains(#""type":"vectorSelector""#))
    }

    @Test("other methods are not allowed", arguments: [HTTPRequest.Method.put, .delete, .patch])
    func methods(method: HTTPRequest.Method) async throws {
        let answer = try await ask("/api/v1/query?query=1", method, of: router())
        #expect(answer.status == .methodNotAllowed)
        #expect(answer.headers[.allow] == "GET, POST")
    }
}
