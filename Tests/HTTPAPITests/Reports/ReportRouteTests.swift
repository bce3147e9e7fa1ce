import Hummingbird
import HummingbirdTesting
import PostwatchModel
import Synchronization
import Testing

@testable import HTTPAPI

@Suite("The report route")
struct ReportRouteTests {
    private final class Receiver: ReportReceiving {
        let lines = Mutex<[String]>([])
        let isAway: Bool

        var received: [String] { lines.withLock { $0 } }

        init(isAway: Bool) {
            self.isAway = isAway
        }

        func receive(_ lines: [ArraySlice<UInt8>], from sender: String) async throws(ReportsNotTaken) -> ReportReceipt {
            if isAway { throw ReportsNotTaken("the disk is full") }
            self.lines.withLock { $0 += lines.map { String(decoding: $0, as: UTF8.self) } }
            var receipt = ReportReceipt()
            receipt.taken = lines.count
            return receipt
        }
    }

    private func send(_ body: String, to receiver: Receiver, limits: ReportRoute.Limits = .init()) async throws -> TestResponse {
        let router = Router()
        ReportRoute(receiver: receiver, limits: limits).add(to: router)
        return try await Application(router: router).test(.router) { client in
            try await client.execute(uri: "/api/v1/reports", method: .post, body: ByteBuffer(string: body)) { $0 }
        }
    }

    @Test(
        "hands on each line, in order, whether the last one has an end or not",
        arguments: ["{\"a\":1}\n\n{\"b\":2}", "{\"a\":1}\n{\"b\":2}\n"])
    func lines(body: String) async throws {
        let receiver = Receiver(isAway: false)
        let answer = try await send(body, to: receiver)
        #expect(answer.status == .ok)
        #expect(String(buffer: answer.body) == #"{"status":"success","data":{"refused":0,"taken":2,"unknown":0}}"#)
        #expect(receiver.received == [#"{"a":1}"#, #"{"b":2}"#])
    }

    @Test("an agent keeps what cannot be taken now, and is told of what is too large")
    func refusals() async throws {
        let away = try await send("{}", to: Receiver(isAway: true))
        #expect(away.status == .serviceUnavailable)
        #expect(away.headers[.retryAfter] == "5")
        let receiver = Receiver(isAway: false)
        let small = ReportRoute.Limits(body: 20, line: 10, inFlight: 20)
        #expect(try await send(String(repeating: "x", count: 21), to: receiver, limits: small).status == .contentTooLarge)
        #expect(try await send(String(repeating: "x", count: 11) + "\n{}", to: receiver, limits: small).status == .contentTooLarge)
        let few = ReportRoute.Limits(lines: 2)
        let many = try await send("{}\n\n{}\n{}\n", to: receiver, limits: few)
        #expect(many.status == .contentTooLarge)
        #expect(String(buffer: many.body) == "the body has more than 2 lines; send fewer reports at once\n")
        #expect(receiver.received.isEmpty)
        #expect(try await send("{}\n\n{}\n", to: receiver, limits: few).status == .ok)
        #expect(try await send("{}", to: receiver, limits: .init(body: 20, line: 10, inFlight: 1)).status == .serviceUnavailable)
    }
}
