import Foundation
import Testing

@testable import PostwatchApp

@Suite("Connections")
struct ConnectionTests {
    private static let form = "POST /api/v1/query HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"

    @Test("a form that is too large is refused, and the connection closed once the client has sent it", .timeLimit(.minutes(1)))
    func largeForm() async throws {
        try await RunningServer.run("{}\n") { server in
            let answer = try await onThread { [port = server.port] in
                let client = try SocketClient(port: port)
                let bytes = 2 << 20
                try client.send(Self.form + "Content-Length: \(bytes)\r\n\r\n")
                try client.send(Array(repeating: UInt8(ascii: "x"), count: bytes))
                return (try client.answer(), try client.receive())
            }
            #expect(answer.0.hasPrefix("HTTP/1.1 413 "))
            #expect(answer.0.contains("Connection: close"))
            #expect(answer.0.contains("the form is larger than 1048576 bytes"))
            #expect(answer.1 == "")
        }
    }

    @Test("so is one whose length is not announced", .timeLimit(.minutes(1)))
    func largeFormInChunks() async throws {
        try await RunningServer.run("{}\n") { server in
            let answer = try await onThread { [port = server.port] in
                let client = try SocketClient(port: port)
                try client.send(Self.form + "Transfer-Encoding: chunked\r\n\r\n")
                let chunk = "10000\r\n" + String(repeating: "x", count: 1 << 16) + "\r\n"
                for _ in 0..<64 { try client.send(chunk) }
                try client.send("0\r\n\r\n")
                return (try client.answer(), try client.receive())
            }
            #expect(answer.0.hasPrefix("HTTP/1.1 413 "))
            #expect(answer.1 == "")
        }
    }

    @Test("a client that asks before it sends is told to send, and answered", .timeLimit(.minutes(1)))
    func expectation() async throws {
        try await RunningServer.run("{}\n") { server in
            let answer = try await onThread { [port = server.port] in
                let client = try SocketClient(port: port)
                let body = "query=1%2B1&time=1"
                try client.send(Self.form + "Expect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
                let invitation = try client.answer()
                try client.send(body)
                return (invitation, try client.answer())
            }
            #expect(answer.0.hasPrefix("HTTP/1.1 100 "))
            #expect(answer.1.hasPrefix("HTTP/1.1 200 "))
            #expect(answer.1.hasSuffix(#""result":[1,"2"]}}"#))
        }
    }

    @Test("requests that are sent at once are answered in their order", .timeLimit(.minutes(1)))
    func pipelining() async throws {
        try await RunningServer.run("{}\n") { server in
            let answers = try await onThread { [port = server.port] in
                let client = try SocketClient(port: port)
                let requests = (1...20).map { "GET /api/v1/query?query=\($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }
                try client.send(requests.joined())
                var text = ""
                while !text.contains(#","20"]}}"#) {
                    let part = try client.receive()
                    if part.isEmpty { break }
                    text += part
                }
                return text
            }
            let order = (1...20).compactMap { answers.range(of: #","\#($0)"]}}"#)?.lowerBound }
            #expect(order.count == 20)
            #expect(order == order.sorted())
        }
    }
}
