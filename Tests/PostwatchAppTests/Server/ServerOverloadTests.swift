import Foundation
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("The server when queries need too much")
struct ServerOverloadTests {
    /// Many steps that each take a while, so that it can be ended between them.
    private static let endless = (0..<200).map { "sum_over_time((vector(time()) % 7 + \($0))[10m:1s])" }.joined(separator: " + ")

    private static func path(_ query: String) -> String { "/api/v1/query?query=\(encoded(query))" }

    private static func endlessPath(timeout: String) -> String {
        "/api/v1/query_range?start=0&end=100000&step=10&timeout=\(timeout)&query=\(encoded(endless))"
    }

    private static func encoded(_ query: String) -> String {
        query.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    @Test("refuses one that would need too many samples, and so too much memory", .timeLimit(.minutes(1)))
    func samples() async throws {
        try await RunningServer.run("promql: {max_samples: 1000}\n") { server in
            let refusal = try await server.get(Self.path("sum_over_time(vector(1)[1001s:1s])"))
            #expect(refusal.hasPrefix("HTTP/1.1 422 "))
            #expect(refusal.contains(#""errorType":"execution""#))
            #expect(refusal.contains("query processing would load too many samples into memory"))
            #expect(try await server.get(Self.path("sum_over_time(vector(1)[900s:1s])")).hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test("ends those that take too long, and answers others in the meantime", .timeLimit(.minutes(5)))
    func time() async throws {
        try await RunningServer.run("{}\n") { server in
            // More than there are threads for tasks.
            let count = 4
            let refusals = Shared<[String]>([])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<count {
                    group.addTask {
                        let answer = try await server.get(Self.endlessPath(timeout: "2s"))
                        refusals.withLock { $0.append(answer) }
                    }
                }
                var answers = 0
                while answers < 6 || refusals.value.count < count {
                    let query = answers.isMultiple(of: 2) ? "vector(1)" : #"count(up{job=~"a.*"})"#
                    let answer = try await server.get(Self.path(query))
                    #expect(answer.hasPrefix("HTTP/1.1 200 "))
                    if refusals.value.isEmpty { answers += 1 } else if answers < 6 { break }
                }
                #expect(answers >= 6)
                try await group.waitForAll()
            }
            for refusal in refusals.value {
                #expect(refusal.hasPrefix("HTTP/1.1 503 "))
                #expect(refusal.contains(#""errorType":"timeout","error":"query timed out in expression evaluation""#))
            }
        }
    }

    @Test("ends what nobody waits for any more", .timeLimit(.minutes(5)))
    func departure() async throws {
        try await RunningServer.run("{}\n") { server in
            // As many as there are threads for queries: nothing else is answered until they have ended.
            let clients = try await onThread { [port = server.port] in
                try (0..<8).map { _ in
                    let client = try SocketClient(port: port)
                    try client.send("GET \(Self.endlessPath(timeout: "120s")) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    return client
                }.count
            }
            #expect(clients == 8)
            // By an expression: what finds its series by names needs none of those threads.
            #expect(try await server.get(Self.path(#"count(up{job=~"a.*"})"#)).hasPrefix("HTTP/1.1 200 "))
        }
    }
}
