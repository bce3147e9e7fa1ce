import Hummingbird
import HummingbirdTesting
import PostwatchModel
import Synchronization
import Testing

@testable import HTTPAPI

@Suite("StorageRoutes")
struct StorageRoutesTests {
    /// Notes what it is asked for.
    private final class Store: SeriesAdministering {
        enum Call: Equatable {
            case cardinality(limit: Int)
            case delete([LabelMatcher], Timestamp, Timestamp)
            case snapshot(skipsHead: Bool)
        }

        struct Full: Error, CustomStringConvertible {
            let description = "no space is left"
        }

        private let state = Mutex<[Call]>([])
        private let isFull: Bool

        init(isFull: Bool = false) {
            self.isFull = isFull
        }

        var calls: [Call] { state.withLock { $0 } }

        func cardinality(limit: Int) async -> SeriesCardinality {
            state.withLock { $0.append(.cardinality(limit: limit)) }
            var cardinality = SeriesCardinality()
            if isFull { return cardinality }
            cardinality.series = 3
            cardinality.labelPairs = 4
            cardinality.chunks = 5
            cardinality.oldest = Timestamp(milliseconds: 1000)
            cardinality.newest = Timestamp(milliseconds: 2000)
            cardinality.seriesByMetric = [.init(name: "up", count: 2), .init(name: "a\"b", count: 1)]
            cardinality.valuesByLabel = [.init(name: "job", count: 7)]
            cardinality.bytesByLabel = [.init(name: "job", count: 80)]
            cardinality.seriesByPair = [.init(name: "job=mx/1", count: 2)]
            return cardinality
        }

        func delete(_ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp) async throws {
            if isFull { throw Full() }
            state.withLock { $0.append(.delete(matchers, start, end)) }
        }

        func snapshot(skipsHead: Bool) async throws -> String {
            if isFull { throw Full() }
            state.withLock { $0.append(.snapshot(skipsHead: skipsHead)) }
            return "20260820T100000Z-0123456789abcdef"
        }
    }

    private static let beginning = Timestamp(milliseconds: .min)
    private static let end = Timestamp(milliseconds: .max)

    private func send(
        _ method: HTTPRequest.Method, _ uri: String, form: String? = nil, to store: Store, isEnabled: Bool = true
    ) async throws -> (status: HTTPResponse.Status, body: String) {
        let router = Router()
        StorageRoutes(administration: store, isAdministrationEnabled: isEnabled).add(to: router)
        var headers: HTTPFields = [:]
        if form != nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        let response = try await Application(router: router).test(.router) { [headers] client in
            try await client.execute(uri: uri, method: method, headers: headers, body: form.map { ByteBuffer(string: $0) }) { $0 }
        }
        return (response.status, String(buffer: response.body))
    }

    @Test("the status has the shape of Prometheus', enabled or not")
    func status() async throws {
        let store = Store()
        let answer = try await send(.get, "/api/v1/status/tsdb", to: store, isEnabled: false)
        #expect(answer.status == .ok)
        #expect(
            answer.body
                == #"{"status":"success","data":{"headStats":{"chunkCount":5,"maxTime":2000,"minTime":1000,"numLabelPairs":4,"numSeries":3},"#
                + #""labelValueCountByLabelName":[{"name":"job","value":7}],"memoryInBytesByLabelName":[{"name":"job","value":80}],"#
                + #""seriesCountByLabelValuePair":[{"name":"job=mx/1","value":2}],"#
                + #""seriesCountByMetricName":[{"name":"up","value":2},{"name":"a\"b","value":1}]}}"#)
        _ = try await send(.get, "/api/v1/status/tsdb?limit=3", to: store)
        #expect(store.calls == [.cardinality(limit: 10), .cardinality(limit: 3)])
    }

    @Test("the status of an empty store has the ends of time that Prometheus shows")
    func emptyStatus() async throws {
        let answer = try await send(.get, "/api/v1/status/tsdb", to: Store(isFull: true))
        #expect(answer.body.contains(#""maxTime":-9223372036854775808,"minTime":9223372036854775807"#))
    }

    @Test("a limit that is no number of entries is refused", arguments: ["0", "-1", "x", "10001", "99999999999999999999"])
    func badLimit(limit: String) async throws {
        let store = Store()
        let answer = try await send(.get, "/api/v1/status/tsdb?limit=\(limit)", to: store)
        #expect(answer.status == .badRequest)
        #expect(answer.body.contains(#""errorType":"bad_data""#))
        #expect(store.calls == [])
    }

    @Test("nothing is administered unless that is enabled", arguments: [HTTPRequest.Method.post, .put])
    func disabled(method: HTTPRequest.Method) async throws {
        let store = Store()
        for path in ["delete_series?match[]=up", "snapshot", "clean_tombstones"] {
            let answer = try await send(method, "/api/v1/admin/tsdb/\(path)", to: store, isEnabled: false)
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.body == #"{"status":"error","errorType":"unavailable","error":"admin APIs disabled"}"#)
        }
        #expect(store.calls == [])
        #expect(try await send(.get, "/api/v1/admin/tsdb/snapshot", to: store).status == .methodNotAllowed)
    }

    @Test("a deletion takes every selector, in the address and in a form, and reaches all times unless it says which")
    func deletion() async throws {
        let store = Store()
        let up = [LabelMatcher("__name__", equals: "up")]
        let mx = [try LabelMatcher("job", .matches, "mx.*"), try LabelMatcher("le", .notEqual, "")]
        let first = try await send(
            .post, "/api/v1/admin/tsdb/delete_series?match[]=up&match%5B%5D=%7Bjob%3D~%22mx.*%22%2C+le!%3D%22%22%7D", to: store)
        #expect(first.status == .noContent)
        #expect(first.body.isEmpty)
        #expect(store.calls == [.delete(up, Self.beginning, Self.end), .delete(mx, Self.beginning, Self.end)])
        let others = Store()
        for method in [HTTPRequest.Method.post, .put] {
            let answer = try await send(
                method, "/api/v1/admin/tsdb/delete_series?end=1970-01-01T00:00:20Z", form: "match[]=up&start=1.5", to: others)
            #expect(answer.status == .noContent)
        }
        let call = Store.Call.delete(up, Timestamp(milliseconds: 1500), Timestamp(milliseconds: 20_000))
        #expect(others.calls == [call, call])
    }

    @Test(
        "a deletion that is not understood deletes nothing, not even by its other selectors",
        arguments: [
            "", "match[]=", "match[]=up&match[]=sum(up)", "match[]=up&match[]=up[5m]", "match[]=up%20offset%205m", "match[]=up%20@%200",
            "match[]=up&match[]=up%20%2B%20down", "match[]=-up", "match[]=1", "match[]=%22up%22", "match[]=(up)", "match[]={}",
            "match[]={job=~%22.*%22}", "match[]={job=~%22(%22}", "match[]=up&start=yesterday", "match[]=up&end=x", "match[]=%zz",
            "match[]=rate(up", "match[]=up[5m:1m]", "match[]=up%20and%20down", "match[]=rate(up[1m])%20%2B%20up",
        ])
    func badDeletion(query: String) async throws {
        let store = Store()
        let answer = try await send(.post, "/api/v1/admin/tsdb/delete_series", form: query, to: store)
        #expect(answer.status == .badRequest)
        #expect(answer.body.contains(#""errorType":"bad_data""#))
        if query.isEmpty { #expect(answer.body.contains("no match[] parameter provided")) }
        #expect(store.calls == [])
    }

    @Test("a snapshot is named in the answer")
    func snapshot() async throws {
        let store = Store()
        let answer = try await send(.post, "/api/v1/admin/tsdb/snapshot", to: store)
        #expect(answer.status == .ok)
        #expect(answer.body == #"{"status":"success","data":{"name":"20260820T100000Z-0123456789abcdef"}}"#)
        _ = try await send(.put, "/api/v1/admin/tsdb/snapshot?skip_head=true", to: store)
        #expect(store.calls == [.snapshot(skipsHead: false), .snapshot(skipsHead: true)])
        #expect(try await send(.post, "/api/v1/admin/tsdb/snapshot?skip_head=maybe", to: store).status == .badRequest)
    }

    @Test("what the store cannot do is told as its fault")
    func failure() async throws {
        let store = Store(isFull: true)
        for path in ["delete_series?match[]=up", "snapshot"] {
            let answer = try await send(.post, "/api/v1/admin/tsdb/\(path)", to: store)
            #expect(answer.status == .internalServerError)
            #expect(answer.body == #"{"status":"error","errorType":"internal","error":"no space is left"}"#)
        }
    }

    @Test("tombstones are cleaned by doing nothing")
    func tombstones() async throws {
        #expect(try await send(.post, "/api/v1/admin/tsdb/clean_tombstones", to: Store()).status == .noContent)
    }
}
