import Hummingbird
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("The status routes")
struct StatusRoutesTests {
    private struct Known: StatusReporting {
        func configuration() async -> String { "global:\n  a: \"b\"\n" }
        func options() async -> [String: String] { ["listen": "127.0.0.1:9460", "data": "d"] }
        func runtime() async -> RuntimeReport {
            RuntimeReport(
                startedAt: Timestamp(milliseconds: 0), workingDirectory: "/w", hostname: "h", configuredAt: Timestamp(milliseconds: 1),
                processors: 2, retention: "15d")
        }
    }

    @Test(
        "answer with the members that clients of Prometheus look for",
        arguments: [
            (
                "status/buildinfo",
                #"{"version":"3.5.0","revision":"postwatch-0.1","branch":"","buildUser":"","buildDate":"","goVersion":""}"#
            ),
            ("status/config", #"{"yaml":"global:\n  a: \"b\"\n"}"#), ("status/flags", #"{"data":"d","listen":"127.0.0.1:9460"}"#),
            (
                "status/runtimeinfo",
                #"{"startTime":"1970-01-01T00:00:00.000Z","CWD":"/w","hostname":"h","serverTime":"2026-01-01T00:00:00.000Z","#
                    + #""reloadConfigSuccess":true,"lastConfigTime":"1970-01-01T00:00:00.001Z","corruptionCount":0,"goroutineCount":0,"#
                    + #""GOMAXPROCS":2,"GOMEMLIMIT":0,"GOGC":"","GODEBUG":"","storageRetention":"15d"}"#
            ), ("status/walreplay", #"{"min":0,"max":0,"current":0,"state":"done"}"#), ("notifications", "[]"),
        ])
    func answers(path: String, data: String) async throws {
        let router = Router()
        StatusRoutes(status: Known(), version: "0.1", world: .manual()).add(to: router)
        #expect(try await ask("/api/v1/\(path)", of: router).body == #"{"status":"success","data":\#(data)}"#)
    }

    @Test("features are told by their switches")
    func features() async throws {
        let router = Router()
        StatusRoutes(status: Known(), version: "0.1", allowsExperimental: true, world: .manual()).add(to: router)
        #expect(try await ask("/api/v1/features", of: router).body.contains(#""promql":{"experimental_functions":true}"#))
    }
}
