import ExpositionFormat
import Hummingbird
import HummingbirdTesting
import PostwatchModel
import Synchronization
import Testing

@testable import HTTPAPI

@Suite("RemoteWriteRoute")
struct RemoteWriteRouteTests {
    private let store = Store()

    private func series(_ labels: [(String, String)]) -> RemoteWriteRequest.Series {
        RemoteWriteRequest.Series(labels: labels.map { .init(name: $0.0, value: $0.1) }, points: [.init(timestamp: 1000, value: 2)])
    }

    private func send(
        _ series: [RemoteWriteRequest.Series], type: String = "application/x-protobuf", encoding: String = "snappy", body: [UInt8]? = nil
    ) async throws -> TestResponse {
        let router = Router()
        RemoteWriteRoute(samples: store).add(to: router)
        let body = body ?? SnappyBlock.compress(RemoteWriteRequest(series: series).encoded())
        return try await Application(router: router).test(.router) { client in
            try await client.execute(
                uri: "/api/v1/write", method: .post, headers: [.contentType: type, .contentEncoding: encoding],
                body: ByteBuffer(bytes: body)
            ) { $0 }
        }
    }

    @Test("samples are stored before the answer says so")
    func stored() async throws {
        let response = try await send([series([("__name__", "up"), ("job", "a")])])
        #expect(response.status == .noContent)
        #expect(store.samples == [Sample(labels: ["__name__": "up", "job": "a"], timestamp: Timestamp(seconds: 1), value: 2)])
    }

    @Test(
        "of a request with a malformed series the good ones are stored and the fault is named",
        arguments: [
            ([("", "x")], "without a name"), ([("__name__", "bad"), ("a", "1"), ("a", "2")], "series bad has a label twice"),
            ([], "no labels"),
        ] as [([(String, String)], String)])
    func partly(labels: [(String, String)], fault: String) async throws {
        let response = try await send([series(labels), series([("__name__", "good")])])
        #expect(response.status == .badRequest)
        #expect(String(buffer: response.body).contains(fault))
        #expect(store.samples.map(\.labels.metricName) == ["good"])
    }

    @Test("what is no remote write 1.0 is refused with what to send instead")
    func otherProtocols() async throws {
        #expect(try await send([], type: "application/json").status == .unsupportedMediaType)
        #expect(try await send([], type: "application/x-protobuf;proto=io.prometheus.write.v2.Request").status == .unsupportedMediaType)
        #expect(try await send([], encoding: "gzip").status == .unsupportedMediaType)
        #expect(try await send([], body: [1, 2, 3]).status == .badRequest)
    }

    @Test("a store that cannot take samples now is never told as success, and the sender is asked to come back")
    func unavailable() async throws {
        store.isFull.withLock { $0 = true }
        let response = try await send([series([("__name__", "up")])])
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers[.retryAfter] == "5")
    }
}

/// Keeps what it is given, unless it is full.
private final class Store: SampleAppending {
    struct Full: Error {}

    let isFull = Mutex(false)
    private let kept = Mutex<[Sample]>([])

    var samples: [Sample] { kept.withLock { $0 } }

    func append(_ samples: [Sample]) async throws {
        if isFull.withLock({ $0 }) { throw Full() }
        kept.withLock { $0 += samples }
    }
}
