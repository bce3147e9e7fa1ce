import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("An agent that runs journeys")
struct AgentJourneysTests {
    private static let journeys = """
        journeys:
          - name: send-mail
            kind: smtp
            interval: 1s
            path: [mx-1]
            smtp: {server: "127.94.9.9:1"}
        """

    private func configuration(_ text: String, in directory: TestDirectory) throws -> AgentConfiguration {
        try directory.write(Array(text.utf8), to: "agent.yml")
        return try AgentConfiguration.load("\(directory.path)/agent.yml", dataDirectory: "\(directory.path)/data")
    }

    @Test("its runs reach the server: as series, and with the sentence that says what failed", .timeLimit(.minutes(2)))
    func runs() async throws {
        try await RunningServer.run("web: {enable_lifecycle: true}\n") { server in
            let directory = TestDirectory()
            let configuration = try configuration(
                """
                node: probe-1
                vantage: dublin
                collectors: {host: {enabled: false}}
                remote_write: [{url: "http://127.0.0.1:\(server.port)/api/v1/write"}]
                \(Self.journeys)
                """, in: directory)
            let agent = Agent(
                configuration: configuration,
                world: World(clock: ContinuousClock(), now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { do { try await agent.run() } catch is CancellationError {} }
                var answer = ""
                while !answer.contains("connection refused during connect") {
                    answer = try await server.get("/api/v1/journeys?vantage[]=dublin")
                }
                #expect(answer.contains(#""journey":"send-mail""#) && answer.contains(#""path":["mx-1"]"#))
                let page = try await server.get("/")
                #expect(page.contains("from dublin"))
                var series = ""
                while !series.contains(#""vantage":"dublin""#) {
                    series = try await server.get("/api/v1/query?query=probe_success%3D%3D0")
                }
                #expect(!series.contains(#""instance""#), "a journey does what a user does, and tests no single node")
                group.cancelAll()
            }
            // The key by which it knows its own messages stays.
            #expect(try directory.bytes(of: "data/probe.key").count == 32)
        }
    }

    @Test("reports go where samples go, by the same credentials, unless told otherwise")
    func destination() throws {
        let directory = TestDirectory()
        let usual = try configuration(
            """
            remote_write:
              - url: http://metrics.example.net/push
              - url: https://postwatch.example.net/api/v1/write
                basic_auth: {username: agent, password_file: secret}
                remote_timeout: 7s
            """, in: directory)
        #expect(usual.reportTo?.url == "https://postwatch.example.net/api/v1/reports")
        #expect(usual.reportTo?.credentials == usual.remoteWrite[1].credentials)
        #expect(usual.reportTo?.timeout == .seconds(7))
        #expect(usual.reportTo?.buffer.directory == "\(directory.path)/data/reports")
        #expect(usual.vantage == usual.node)
        let elsewhere = try configuration(
            """
            remote_write: [{url: "http://metrics.example.net/push"}]
            report_to: {url: "http://postwatch.example.net/api/v1/reports", buffer: {max_bytes: 1048576}}
            vantage: dublin
            """, in: directory)
        #expect(elsewhere.reportTo?.url == "http://postwatch.example.net/api/v1/reports")
        #expect(elsewhere.reportTo?.buffer.maximumBytes == 1 << 20)
        #expect(elsewhere.vantage == "dublin")
        let nowhere = try configuration("remote_write: [{url: \"http://a.example/api/v1/write\"}]\nreport_to: none\n", in: directory)
        #expect(nowhere.reportTo == nil)
    }

    @Test(
        "faults are told",
        arguments: [
            ("vantage: server", "vantage"), ("vantage: \"\"", "vantage"), ("report_to: here", "report_to"),
            ("report_to: {}", "report_to.url"),
            ("journeys: [{name: a, kind: smtp}]", "journeys[0].smtp"), ("journeys: [{name: A, kind: dns, dns: {}}]", "journeys[0].name"),
        ])
    func faults(text: String, path: String) throws {
        let directory = TestDirectory()
        let faults = #expect(throws: ConfigurationFaults.self) {
            _ = try configuration("remote_write: [{url: \"http://a.example/api/v1/write\"}]\n\(text)\n", in: directory)
        }
        #expect(faults?.faults.contains { $0.path == path } == true, "\(String(describing: faults))")
    }

    @Test("a shared key that is none is told in one sentence")
    func sharedKey() throws {
        let directory = TestDirectory()
        try directory.write(Array(repeating: 7, count: 32), to: "probe.key")
        _ = try ProbeKey.shared(in: "\(directory.path)/probe.key")
        try directory.write(Array("short".utf8), to: "short.key")
        for name in ["short.key", "missing.key"] {
            #expect(throws: ProbeKey.Unusable.self) { try ProbeKey.shared(in: "\(directory.path)/\(name)") }
        }
    }
}
