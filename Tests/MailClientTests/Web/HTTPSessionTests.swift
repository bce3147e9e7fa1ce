import MailClient
import MailWire
import NIOCore
import NIOPosix
import Synchronization
import Testing

@Suite struct HTTPSessionTests {
    private static let group = MultiThreadedEventLoopGroup.singleton

    private func connect(_ server: LoopbackServer, limits: HTTPLimits = HTTPLimits()) async throws -> HTTPSession {
        try await HTTPSession.connect(
            .init(to: try SocketAddress(ipAddress: "127.0.0.1", port: server.endpoint.port), limits: limits), group: Self.group,
            before: .now() + .seconds(20), wallClock: { 1_767_225_600 }
        ).value
    }

    private func url(_ server: LoopbackServer, _ path: String = "/") throws -> HTTPURL {
        try #require(HTTPURL("http://\(server.endpoint)\(path)"))
    }

    /// One request to a server that answers with these bytes once the header is there, and hangs up where `hangsUp`.
    private func ask(
        _ answer: String, hangsUp: Bool = false, method: String = "GET", limits: HTTPLimits = HTTPLimits(),
        timeout: TimeAmount = .seconds(20)
    ) async throws -> Result<HTTPResponse, ConnectionFailure> {
        let server = try await LoopbackServer.start(greeting: "", hangsUpBehindAnswer: hangsUp) { $0.isEmpty ? answer : "" }
        let session = try await connect(server, limits: limits)
        defer { session.close() }
        let deadline = NIODeadline.now() + timeout
        let request = HTTPRequest(method, try url(server))
        let result: Result<HTTPResponse, ConnectionFailure>
        do throws(ConnectionFailure) {
            let first = try await session.send(request, before: deadline)
            let whole = try await session.response(before: deadline)
            #expect(first <= whole.at)
            result = .success(whole.value)
        } catch {
            result = .failure(error)
        }
        try await server.stop()
        return result
    }

    @Test(
        "Answers of every frame are read whole",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false, "hello"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", false, "hello"),
            ("HTTP/1.1 200 OK\r\n\r\nhello", true, "hello"),
            ("HTTP/1.0 200 OK\r\n\r\nhello", true, "hello"),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false, "hello"),
            ("HTTP/1.1 204 No Content\r\n\r\n", false, ""),
            ("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", false, "no"),
            ("HTTP/1.1 207 Multi-Status\r\nContent-Length: 2\r\n\r\nok", false, "ok"),
        ])
    func frames(answer: String, hangsUp: Bool, body: String) async throws {
        #expect(try await ask(answer, hangsUp: hangsUp).get().text == body)
    }

    @Test("Status, reason and header come as they were sent; a header's name is found in any case")
    func header() async throws {
        let response = try await ask("HTTP/1.1 503 Service Unavailable\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n")
            .get()
        #expect(response.statusLine == "503 Service Unavailable")
        #expect(response.fields.values(of: "SET-COOKIE") == ["a=1", "b=2"])
    }

    @Test("HEAD is answered without a body, whatever length is told")
    func head() async throws {
        #expect(try await ask("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", method: "HEAD").get().body.isEmpty)
    }

    @Test(
        "What is no answer within limits is a failure that says why",
        arguments: [
            (
                "SSH-2.0-OpenSSH_9.2p1\r\n", false,
                .protocolFault(.malformed(expected: "an HTTP/1.1 answer", found: "\"SSH-2.0-OpenSSH_9.2p1  \""))
            ),
            ("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", true, .closed(isMidReply: true)),
            ("HTTP/1.1 200 OK\r\nContent-Le", true, .closed(isMidReply: true)),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", false,
                .protocolFault(.malformed(expected: "the rest of the answer", found: "bytes that break its frame"))
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + String(repeating: "a", count: 1001), false,
                .protocolFault(.replyTooLarge(limit: 1000))
            ),
            ("HTTP/1.1 200 OK\r\nA: " + String(repeating: "a", count: 3000), false, .protocolFault(.replyTooLarge(limit: 2000))),
            ("HTTP/1.1 200 OK\r\n" + String(repeating: "a: b\r\n", count: 3000), false, .protocolFault(.replyTooLarge(limit: 2000))),
            (String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 300), false, .protocolFault(.replyTooLarge(limit: 2000))),
            ("", true, .closed(isMidReply: false)),
        ] as [(String, Bool, ConnectionFailure)])
    func faults(answer: String, hangsUp: Bool, failure: ConnectionFailure) async throws {
        let result = try await ask(answer, hangsUp: hangsUp, limits: HTTPLimits(body: 1000, header: 2000))
        #expect(result == .failure(failure))
    }

    @Test("A server that never answers, or never ends, is left at the deadline")
    func silence() async throws {
        #expect(try await ask("", timeout: .milliseconds(200)) == .failure(.timedOut))
        let endless = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"
        #expect(try await ask(endless, timeout: .milliseconds(200)) == .failure(.timedOut))
    }

    @Test("A connection serves several requests, and is of no use once the server wants to close it")
    func keptAlive() async throws {
        let count = Mutex(0)
        let server = try await LoopbackServer.start(greeting: "") { line in
            guard line.isEmpty else { return "" }
            let number = count.withLock { count in
                count += 1
                return count
            }
            return "HTTP/1.1 200 OK\r\n\(number == 2 ? "Connection: close\r\n" : "")Content-Length: 1\r\n\r\n\(number)"
        }
        let session = try await connect(server)
        let deadline = NIODeadline.now() + .seconds(20)
        for number in 1...2 {
            #expect(await session.isUsable())
            _ = try await session.send(HTTPRequest("PROPFIND", try url(server), body: []), before: deadline)
            #expect(try await session.response(before: deadline).value.text == "\(number)")
        }
        #expect(await !session.isUsable())
        await #expect(throws: ConnectionFailure.closed(isMidReply: false)) {
            try await session.send(HTTPRequest("GET", try url(server)), before: deadline)
        }
        try await server.stop()
    }

    @Test("A request goes out with its method, header and length")
    func request() async throws {
        let lines = Mutex<[String]>([])
        let server = try await LoopbackServer.start(greeting: "") { line in
            lines.withLock { $0.append(line) }
            return line == "last" ? "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n" : ""
        }
        let session = try await connect(server)
        let deadline = NIODeadline.now() + .seconds(20)
        let request = HTTPRequest("REPORT", try url(server, "/a?b=c d"), fields: ["Depth": "1"], body: Array("first\nlast\n".utf8))
        _ = try await session.send(request, before: deadline)
        #expect(try await session.response(before: deadline).value.status == 201)
        session.close()
        try await server.stop()
        #expect(
            lines.withLock(\.self) == [
                "REPORT /a?b=c%20d HTTP/1.1", "Depth: 1", "Host: \(server.endpoint)", "User-Agent: Postwatch", "Accept-Encoding: identity",
                "Content-Length: 11", "", "first", "last",
            ])
    }

    @Test(
        "A request that would break its frame is not sent",
        arguments: [
            ("GET / HTTP/1.1\r\nX: y", [:]), ("", [:]), ("GET", ["a b": "c"]), ("GET", ["a": "b\r\nc: d"]), ("GET", ["a": "b\0"]),
        ] as [(String, HTTPFields)])
    func unencodable(method: String, fields: HTTPFields) async throws {
        let server = try await LoopbackServer.start(greeting: "")
        let session = try await connect(server)
        await #expect {
            try await session.send(HTTPRequest(method, try url(server), fields: fields), before: .now() + .seconds(20))
        } throws: { error in
            guard case .protocolFault(.unencodable) = error as? ConnectionFailure else { return false }
            return true
        }
        session.close()
        try await server.stop()
    }

    @Test("A cancelled task stops waiting")
    func cancellation() async throws {
        let server = try await LoopbackServer.start(greeting: "")
        let session = try await connect(server)
        let request = HTTPRequest("GET", try url(server))
        let task = Task { try await session.send(request, before: .now() + .seconds(600)) }
        task.cancel()
        await #expect(throws: ConnectionFailure.cancelled) { try await task.value }
        session.close()
        try await server.stop()
    }
}
