import Hummingbird
import PostwatchModel
import Testing

@testable import HTTPAPI

@Suite("RequestParameters")
struct RequestParametersTests {
    private func parameters(_ query: String) async throws -> RequestParameters {
        let head = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/x?\(query)")
        return try await RequestParameters(Request(head: head, body: RequestBody(buffer: ByteBuffer())))
    }

    @Test("percent signs and pluses are read, and a parameter may come more than once")
    func decoding() async throws {
        let parameters = try await parameters("a=1%2B1+x&match%5B%5D=%C3%A4&b&match[]=two&c=&=d")
        #expect(parameters.first("a") == "1+1 x")
        #expect(parameters.all("match[]") == ["ä", "two"])
        #expect(parameters.all("b") == [""])
        #expect(parameters.first("c") == nil)
        #expect(parameters.first("nothing") == nil)
    }

    @Test("what is no percent-encoded text is refused", arguments: ["a=%", "a=%2", "a=%zz", "a=%ff", "%=1", "a=%c3"])
    func malformed(query: String) async throws {
        await #expect(throws: APIFailure.self) { try await parameters(query) }
    }

    @Test("a form that is too large is refused with 413, also when only its end tells, and the connection is closed")
    func largeForm() async throws {
        let router = Router()
        router.answer("/x", [.post]) { parameters, _ in Response.plain(parameters.first("a") ?? "") }
        let most = String(repeating: "x", count: 1 << 20 - 2)
        #expect(try await ask("/x", .post, form: "a=" + most, of: router).body == most)
        let refused = try await ask("/x", .post, form: "a=x" + most, of: router)
        #expect(refused.status == .contentTooLarge)
        #expect(refused.headers[.connection] == "close")
        #expect(
            refused.body
                == #"{"status":"error","errorType":"bad_data","error":"error parsing form values: the form is larger than 1048576 bytes"}"#)
        var announced = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/x")
        announced.headerFields = [.contentType: "application/x-www-form-urlencoded", .contentLength: "18446744073709551615"]
        let unread = AsyncStream<ByteBuffer> { _ in }
        await #expect(throws: APIFailure.tooLarge(limit: 1 << 20)) {
            try await RequestParameters(Request(head: announced, body: RequestBody(asyncSequence: unread)))
        }
    }

    @Test(
        "times are seconds or RFC 3339, with the ends of time as clients in Go write them",
        arguments: [
            ("1", 1000), ("1.5", 1500), ("-1e3", -1_000_000), ("1970-01-01T00:00:02.5Z", 2500), ("1970-01-01T01:00:00%2B01:00", 0),
            ("-292273086-05-16T16:47:06Z", .min), ("292277025-08-18T07:12:54.999999999Z", .max), ("1e300", .max),
        ] as [(String, Int64)])
    func times(text: String, milliseconds: Int64) async throws {
        #expect(try await parameters("t=\(text)").time("t") == Timestamp(milliseconds: milliseconds))
    }

    @Test("what is no time is refused in Prometheus' words", arguments: ["x", "NaN", "Inf", "2026-13-01T00:00:00Z"])
    func badTimes(text: String) async throws {
        let parameters = try await parameters("t=\(text)")
        let message = "invalid parameter \"t\": Invalid time value for 't': cannot parse \"\(text)\" to a valid timestamp"
        #expect(throws: APIFailure(.badData, message)) { try parameters.time("t") }
    }

    @Test(
        "durations are seconds or Prometheus' own",
        arguments: [("15", 15_000), ("0.25", 250), ("1h30m", 5_400_000), ("-1", -1000), ("1e-9", 0)] as [(String, Int64)])
    func durations(text: String, milliseconds: Int64) async throws {
        #expect(try await parameters("d=\(text)").requiredDuration("d") == .milliseconds(milliseconds))
    }

    @Test("what is no duration is refused, also one that no number holds", arguments: ["", "x", "1e300", "-1e300", "NaN", "5m5h"])
    func badDurations(text: String) async throws {
        let parameters = try await parameters("d=\(text)")
        #expect(throws: APIFailure.self) { try parameters.requiredDuration("d") }
    }

    @Test("a limit of 0 is none, and one below is refused")
    func limits() async throws {
        #expect(try await parameters("limit=0").limit() == nil)
        #expect(try await parameters("").limit() == nil)
        #expect(try await parameters("limit=7").limit() == 7)
        for text in ["-1", "x", "1.5"] {
            let parameters = try await parameters("limit=\(text)")
            #expect(throws: APIFailure.self) { try parameters.limit() }
        }
    }
}
