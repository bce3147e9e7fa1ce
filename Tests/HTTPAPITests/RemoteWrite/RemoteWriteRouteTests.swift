import ExpositionFormat
import Hummingbird
import HummingbirdTesting
import PostwatchModel
import Synchronization
import Testing

@testable import HTTPAPI

@Suite("RemoteWriteRoute")
struct RemoteWriteRouteTests {
    private static let one = "application/x-protobuf"
    private static let two = "application/x-protobuf;proto=io.prometheus.write.v2.Request"
    private static let request = RemoteWriteRequest(series: [
        .init(labels: [.init(name: "__name__", value: "up")], points: [.init(timestamp: 1000, value: 2)])
    ])
    /// What `request` is in 2.0: three symbols, and a series with two references and a sample.
    private static let requestInTwo: [UInt8] =
        [0x22, 0, 0x22, 8] + Array("__name__".utf8) + [0x22, 2] + Array("up".utf8)
        + [0x2A, 18, 0x0A, 2, 1, 2, 0x12, 12, 0x09, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x10, 0xE8, 0x07]
    /// A series that refers to symbol 9.
    private static let strayInTwo: [UInt8] = [0x2A, 6, 0x0A, 2, 1, 9, 0x12, 0]

    private let receiver = Receiver()

    private func send(
        _ body: [UInt8], type: String? = Self.one, encoding: String? = "snappy", announced: Announcing? = nil,
        limits: RemoteWriteRoute.Limits = .init()
    ) async throws -> TestResponse {
        let router = Router()
        if let announced { router.add(middleware: announced) }
        RemoteWriteRoute(receiver: receiver, limits: limits).add(to: router)
        var headers: HTTPFields = [:]
        headers[.contentType] = type
        headers[.contentEncoding] = encoding
        return try await Application(router: router).test(.router) { [headers] client in
            try await client.execute(uri: "/api/v1/write", method: .post, headers: headers, body: ByteBuffer(bytes: body)) { $0 }
        }
    }

    /// Samples, histograms and exemplars, as the answer to 2.0 counts them.
    private func written(_ response: TestResponse) -> [String] {
        ["Samples", "Histograms", "Exemplars"].map { kind in
            response.headers.first { $0.name.rawName == "X-Prometheus-Remote-Write-\(kind)-Written" }?.value ?? "absent"
        }
    }

    // MARK: Remote write 1.0

    @Test("a 1.0 body reaches the store as it came, and is durable before the answer says so")
    func stored() async throws {
        let body = SnappyBlock.compress(Self.request.encoded())
        let response = try await send(body)
        #expect(response.status == .noContent)
        #expect(receiver.bodies == [.snappy(body)])
        #expect(written(response) == ["absent", "absent", "absent"])
    }

    @Test("of a request with a fault the good samples are stored and the fault is named")
    func partly() async throws {
        receiver.answers {
            var report = WriteReport()
            report.samples = 5
            report.refused = 3
            report.firstFault = "series bad has a label twice"
            return report
        }
        let response = try await send([1])
        #expect(response.status == .badRequest)
        #expect(
            String(buffer: response.body)
                == "series bad has a label twice (the first of 3 faults); the good samples of the request were stored\n")
    }

    @Test(
        "what the store refuses is never told as success, and the sender is asked to come back when that can help",
        arguments: [
            (.malformed(reason: "no snappy block"), .badRequest, nil), (.tooLarge(bytes: 9, limit: 8), .contentTooLarge, nil),
            (.overloaded, .serviceUnavailable, "1"), (.unavailable(reason: "the disk is full"), .serviceUnavailable, "5"),
        ] as [(WriteRefusal, HTTPResponse.Status, String?)])
    func refused(refusal: WriteRefusal, status: HTTPResponse.Status, retryAfter: String?) async throws {
        receiver.answers { throw refusal }
        for (type, body) in [(Self.one, [1]), (Self.two, SnappyBlock.compress(Self.requestInTwo))] {
            let response = try await send(body, type: type)
            #expect(response.status == status)
            #expect(response.headers[.retryAfter] == retryAfter)
            #expect(String(buffer: response.body) == "\(refusal)\n")
            #expect(written(response) == Array(repeating: type == Self.two ? "0" : "absent", count: 3))
        }
    }

    // MARK: Remote write 2.0

    @Test("a 2.0 body reaches the store as 1.0, and the answer counts what was stored")
    func two() async throws {
        receiver.answers {
            var report = WriteReport()
            report.samples = 1
            report.exemplars = 2
            return report
        }
        let response = try await send(SnappyBlock.compress(Self.requestInTwo), type: Self.two)
        #expect(response.status == .noContent)
        #expect(receiver.bodies == [.plain(Self.request.encoded())])
        #expect(written(response) == ["1", "0", "2"])
    }

    @Test("of a 2.0 request with a stray reference the good series are stored and counted")
    func partlyTwo() async throws {
        receiver.answers {
            var report = WriteReport()
            report.samples = 1
            return report
        }
        let response = try await send(SnappyBlock.compress(Self.requestInTwo + Self.strayInTwo), type: Self.two)
        #expect(response.status == .badRequest)
        #expect(String(buffer: response.body).contains("refers to symbol 9, but the request has 3 symbols"))
        #expect(String(buffer: response.body).contains("the good samples of the request were stored"))
        #expect(receiver.bodies == [.plain(Self.request.encoded())])
        #expect(written(response) == ["1", "0", "0"])
    }

    @Test("a 2.0 body that is no snappy block, no message or too large is refused, and nothing is counted")
    func malformedTwo() async throws {
        let cases: [([UInt8], RemoteWriteRoute.Limits, HTTPResponse.Status)] = [
            ([0xFF, 1, 2], .init(), .badRequest),
            (SnappyBlock.compress([0x2A, 5, 1]), .init(), .badRequest),
            (SnappyBlock.compress([0x22, 1, 97]), .init(), .badRequest),
            (SnappyBlock.compress(Self.requestInTwo), .init(content: 20), .contentTooLarge),
            (SnappyBlock.compress(Self.requestInTwo), .init(transcript: 20), .contentTooLarge),
        ]
        for (body, limits, status) in cases {
            let response = try await send(body, type: Self.two, limits: limits)
            #expect(response.status == status)
            #expect(!String(buffer: response.body).isEmpty)
            #expect(written(response) == ["0", "0", "0"])
        }
        #expect(receiver.bodies == [])
    }

    // MARK: Negotiation

    @Test(
        "the content type decides between 1.0 and 2.0; without one it is 1.0",
        arguments: [
            (nil, .one), ("application/x-protobuf", .one), ("application/x-protobuf;proto=prometheus.WriteRequest", .one),
            ("Application/X-Protobuf; charset=utf-8 ; Proto=\"prometheus.WriteRequest\"", .one),
            ("application/x-protobuf;proto=io.prometheus.write.v2.Request", .two),
            ("application/x-protobuf; proto=io.prometheus.write.v2.Request", .two),
            ("application/x-protobuf;proto=io.prometheus.write.v3.Request", nil), ("application/x-protobuffer", nil),
            ("application/json", nil), ("", nil),
        ] as [(String?, RemoteWriteVersion?)])
    func versions(type: String?, version: RemoteWriteVersion?) {
        #expect(RemoteWriteVersion(contentType: type) == version)
    }

    @Test("what is no remote write is refused with what to send instead")
    func otherProtocols() async throws {
        let json = try await send([], type: "application/json")
        #expect(json.status == .unsupportedMediaType)
        #expect(String(buffer: json.body).contains("proto=io.prometheus.write.v2.Request"))
        let gzip = try await send([], type: Self.two, encoding: "gzip")
        #expect(gzip.status == .unsupportedMediaType)
        #expect(written(gzip) == ["0", "0", "0"])
        #expect(receiver.bodies == [])
    }

    @Test("without an encoding the body is taken for snappy")
    func noEncoding() async throws {
        #expect(try await send([1, 2], type: nil, encoding: nil).status == .noContent)
        #expect(try await send([1, 2], encoding: "Snappy").status == .noContent)
        #expect(receiver.bodies == [.snappy([1, 2]), .snappy([1, 2])])
    }

    // MARK: Bounds

    @Test("a body over the limit is refused, with or without an announced length")
    func tooLarge() async throws {
        let limits = RemoteWriteRoute.Limits(body: 3)
        for announced in [nil, Announcing(length: nil), Announcing(length: "-9"), Announcing(length: "1")] {
            #expect(try await send([1, 2, 3, 4], announced: announced, limits: limits).status == .contentTooLarge)
        }
        // Refused by what it announces, before anything is read.
        #expect(try await send([1], announced: Announcing(length: "4"), limits: limits).status == .contentTooLarge)
        #expect(receiver.bodies == [])
        for announced in [nil, Announcing(length: nil)] {
            #expect(try await send([1, 2, 3], announced: announced, limits: limits).status == .noContent)
        }
        #expect(receiver.bodies == [.snappy([1, 2, 3]), .snappy([1, 2, 3])])
    }

    @Test("over the budget of bytes in flight the sender is asked to come back in a second")
    func busy() async throws {
        let one = try await send([1, 2, 3], limits: .init(body: 100, inFlight: 2))
        #expect(one.status == .serviceUnavailable)
        #expect(one.headers[.retryAfter] == "1")
        // An announced length takes its part of the budget, an unknown one that of the largest body.
        #expect(try await send([1, 2], limits: .init(body: 100, inFlight: 2)).status == .noContent)
        let unknown = try await send([1, 2], announced: Announcing(length: nil), limits: .init(body: 100, inFlight: 99))
        #expect(unknown.status == .serviceUnavailable)
        #expect(receiver.bodies == [.snappy([1, 2])])
        // The body has room, what it stands for has not.
        let body = SnappyBlock.compress(Self.requestInTwo)
        let transcript = Self.request.encoded().count
        let two = try await send(body, type: Self.two, limits: .init(body: body.count, inFlight: body.count + transcript - 1))
        #expect(two.status == .serviceUnavailable)
        #expect(written(two) == ["0", "0", "0"])
        #expect(receiver.bodies.count == 1)
        let enough = RemoteWriteRoute.Limits(body: body.count, inFlight: body.count + transcript)
        #expect(try await send(body, type: Self.two, limits: enough).status == .noContent)
    }

    @Test("what left the gate makes room for the next, also after a refusal")
    func gateOpensAgain() async throws {
        let router = Router()
        RemoteWriteRoute(receiver: receiver, limits: .init(body: 3, inFlight: 3)).add(to: router)
        receiver.answers { throw WriteRefusal.overloaded }
        try await Application(router: router).test(.router) { client in
            for _ in 0..<3 { try await post(client) }
            receiver.answers { WriteReport() }
            for _ in 0..<3 { try await post(client) }
        }
        #expect(receiver.bodies.count == 6)
    }

    @Test("a body that is refused unread does not stand in the way of the next request on its connection")
    func refusedUnread() async throws {
        let router = Router()
        RemoteWriteRoute(receiver: receiver, limits: .init(body: 3)).add(to: router)
        let application = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        try await application.test(.live) { client in
            try await client.execute(
                uri: "/api/v1/write", method: .post, headers: [.contentType: Self.one], body: ByteBuffer(repeating: 1, count: 1 << 20)
            ) { #expect($0.status == .contentTooLarge) }
            try await post(client)
        }
        #expect(receiver.bodies == [.snappy([1, 2, 3])])
    }

    private func post(_ client: any TestClientProtocol) async throws {
        try await client.execute(
            uri: "/api/v1/write", method: .post, headers: [.contentType: Self.one], body: ByteBuffer(bytes: [1, 2, 3])
        ) { _ in }
    }
}

/// Makes the request announce another length than its body has; with `nil`, none at all.
private struct Announcing: RouterMiddleware {
    let length: String?

    func handle(
        _ request: Request, context: BasicRequestContext, next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        var head = request.head
        head.headerFields[.contentLength] = length
        return try await next(Request(head: head, body: request.body), context)
    }
}

/// Keeps what it is given and answers as it is told.
private final class Receiver: RemoteWriteReceiving {
    private struct State {
        var bodies: [RemoteWriteBody] = []
        var answer: @Sendable () throws -> WriteReport = { WriteReport() }
    }

    private let state = Mutex(State())

    var bodies: [RemoteWriteBody] { state.withLock(\.bodies) }

    func answers(_ answer: @escaping @Sendable () throws -> WriteReport) {
        state.withLock { $0.answer = answer }
    }

    func write(_ body: RemoteWriteBody) async throws -> WriteReport {
        let answer = state.withLock { state in
            state.bodies.append(body)
            return state.answer
        }
        return try answer()
    }
}
