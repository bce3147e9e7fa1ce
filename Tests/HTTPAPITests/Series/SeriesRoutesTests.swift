import Hummingbird
import PostwatchModel
import Testing

@testable import HTTPAPI

@Suite("The listings of series")
struct SeriesRoutesTests {
    private static let known = FixedSeries(all: [
        SeriesColumns(labels: ["__name__": "up", "job": "a"], timestamps: [1000], values: [1]),
        SeriesColumns(labels: ["__name__": "up", "job": "b", "http.status": "200"], timestamps: [5000], values: [1]),
        SeriesColumns(labels: ["__name__": "down", "job": "c"], timestamps: [5000], values: [1]),
    ])

    private var router: Router<BasicRequestContext> {
        let router = Router()
        SeriesRoutes(listing: Self.known).add(to: router)
        return router
    }

    @Test(
        "are answered as Prometheus answers them",
        arguments: [
            ("series?match[]=up", #"[{"__name__":"up","http.status":"200","job":"b"},{"__name__":"up","job":"a"}]"#),
            ("series?match[]=down&match[]={job=%22a%22}", #"[{"__name__":"down","job":"c"},{"__name__":"up","job":"a"}]"#),
            ("series?match[]=up&start=0&end=2", #"[{"__name__":"up","job":"a"}]"#), ("series?match[]=none", "[]"),
            ("labels", #"["__name__","http.status","job"]"#), ("labels?match[]=down", #"["__name__","job"]"#),
            ("labels?end=2", #"["__name__","job"]"#), ("label/job/values", #"["a","b","c"]"#),
            ("label/__name__/values?match[]={job=~%22a|b%22}", #"["up"]"#), ("label/none/values", "[]"),
            ("label/U__http_2e_status/values", #"["200"]"#), ("label/http.status/values", #"["200"]"#),
            ("label/job/values?start=-292273086-05-16T16:47:06Z&end=292277025-08-18T07:12:54.999999999Z", #"["a","b","c"]"#),
        ])
    func answers(question: String, data: String) async throws {
        let answer = try await ask("/api/v1/\(question)", of: router)
        #expect(answer.status == .ok)
        #expect(answer.body == #"{"status":"success","data":\#(data)}"#)
    }

    @Test("series and label names are asked for by form as well, label values are not", arguments: ["series", "labels"])
    func forms(path: String) async throws {
        let byForm = try await ask("/api/v1/\(path)", .post, form: "match[]=up", of: router)
        #expect(byForm.status == .ok)
        #expect(byForm.body == (try await ask("/api/v1/\(path)?match[]=up", of: router)).body)
        #expect(try await ask("/api/v1/label/job/values", .post, form: "match[]=up", of: router).status == .methodNotAllowed)
    }

    @Test("an answer over the limit is cut, with a warning; one at the limit is not")
    func limit() async throws {
        let cut = try await ask("/api/v1/label/job/values?limit=2", of: router)
        #expect(cut.body == #"{"status":"success","data":["a","b"],"warnings":["results truncated due to limit"]}"#)
        #expect(try await ask("/api/v1/label/job/values?limit=3", of: router).body == #"{"status":"success","data":["a","b","c"]}"#)
        #expect(
            try await ask("/api/v1/label/job/values?limit=9223372036854775807", of: router).body
                == #"{"status":"success","data":["a","b","c"]}"#)
        #expect(try await ask("/api/v1/labels?limit=x", of: router).status == .badRequest)
    }

    @Test("series are not listed without saying which")
    func noSelector() async throws {
        let answer = try await ask("/api/v1/series", of: router)
        #expect(answer.status == .badRequest)
        #expect(answer.body == #"{"status":"error","errorType":"bad_data","error":"no match[] parameter provided"}"#)
    }

    @Test("more selectors than anybody needs are refused")
    func manySelectors() async throws {
        let all = Array(repeating: "match[]=up", count: 1001)
        #expect(try await ask("/api/v1/series", .post, form: all.dropLast().joined(separator: "&"), of: router).status == .ok)
        let answer = try await ask("/api/v1/series", .post, form: all.joined(separator: "&"), of: router)
        #expect(answer.status == .badRequest)
        #expect(answer.body.contains("1001 selectors; at most 1000"))
    }

    @Test(
        "what is no selector, or selects every series, is refused",
        arguments: ["{}", "sum(up)", "up[5m]", "{a=%22%22}", "x(", "", "up%20offset%205m"])
    func badSelectors(text: String) async throws {
        for path in ["series", "labels", "label/job/values"] {
            let answer = try await ask("/api/v1/\(path)?match[]=up&match[]=\(text)", of: router)
            #expect(answer.status == .badRequest)
            #expect(answer.body.hasPrefix(#"{"status":"error","errorType":"bad_data","error":"invalid parameter \"match[]\": "#))
        }
    }

    @Test(
        "an escaped label name stands for what it escapes; any other text for itself",
        arguments: [
            ("U__http_2e_status", "http.status"), ("U____", "_"), ("U__a__b", "a_b"), ("U___1F600_x", "\u{1F600}x"), ("U__", ""),
            ("U__a_", "U__a_"), ("U__a_zz_", "U__a_zz_"), ("U__a_d800_", "U__a_d800_"), ("U__a_0000000041_", "U__a_0000000041_"),
            ("job", "job"), ("u__job", "u__job"),
        ])
    func escaping(text: String, name: String) {
        #expect(EscapedLabelName(text).name == name)
    }
}
