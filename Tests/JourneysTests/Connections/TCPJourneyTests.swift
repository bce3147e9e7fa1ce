import Journeys
import MailClient
import PostwatchModel
import Testing

@Suite struct TCPJourneyTests {
    private func run(
        greeting: ScriptedServer.Act, expected: String?, timeout: Duration = .seconds(20)
    ) async throws -> (run: JourneyRun, place: String) {
        let server = try await ScriptedServer.start(greeting: greeting) { { _ in .silence } }
        let task = TCPTask(TCPAccess(server: server.endpoint, greeting: expected))
        let run = await (try WallClock().factory.make(JourneyConfiguration(name: "tcp-1", task: task, timeout: timeout))).run()
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        try await server.stop()
        return (run, "\(server.endpoint)")
    }

    @Test("A connection is enough, unless a greeting is expected")
    func success() async throws {
        #expect(try await run(greeting: .silence, expected: nil).run.steps.map(\.phase) == ["resolve", "connect"])
        let (run, _) = try await run(greeting: "220 mx-1 ready\r\n", expected: "220 ")
        #expect(run.failure == nil)
        #expect(run.steps.map { "\($0.wire) \($0.phase)" } == ["tcp resolve", "tcp connect", "tcp greeting"])
    }

    @Test("A port where nobody listens is a failure of the connection")
    func closed() async throws {
        let task = TCPTask(TCPAccess(server: Endpoint(host: "127.95.9.20", port: 9)))
        let run = await (try WallClock().factory.make(JourneyConfiguration(name: "tcp-1", task: task))).run()
        #expect(run.failure == "127.95.9.20:9: connection refused during connect")
    }
}
