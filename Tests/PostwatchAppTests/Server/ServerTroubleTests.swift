import TestSupport
import Testing

@testable import PostwatchApp

@Suite("A server that does not answer")
struct ServerTroubleTests {
    @Test(
        "is told in one plain sentence",
        arguments: [
            (
                "http://127.94.9.9:1",
                "no answer from http://127.94.9.9:1: nothing listens there (connection refused); is the server running, and is --server right?"
            ),
            (
                "127.94.9.9:1",
                "no answer from 127.94.9.9:1: that is no address; write http://host:port; is the server running, and is --server right?"
            ),
        ])
    func sentence(url: String, expected: String) async {
        do {
            _ = try await ServerClient(baseURL: url).query("up")
            Issue.record("something answers")
        } catch {
            #expect("\(error)" == expected)
        }
    }

    @Test("a name that leads nowhere is called that")
    func name() async {
        do {
            _ = try await ServerClient(baseURL: "http://nowhere.invalid:9460").query("up")
            Issue.record("something answers")
        } catch {
            #expect("\(error)".contains("there is no such host"), "\(error)")
        }
    }
}
