import Journeys
import MailClient
import PostwatchModel
import PostwatchRuntime
import Testing

@Suite struct SMTPJourneyTests {
    private func run(
        greeting: ScriptedServer.Act, timeout: Duration = .seconds(20), tls: TLSMode = .opportunistic,
        _ script: @escaping @Sendable (String) -> ScriptedServer.Act
    ) async throws -> (run: JourneyRun, place: String) {
        let server = try await ScriptedServer.start(greeting: greeting) { script }
        let journey = try WallClock().factory.make(
            JourneyConfiguration(name: "mx-1", task: SMTPTask(SMTPAccess(server: server.endpoint, tls: tls)), timeout: timeout))
        let run = await journey.run()
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        try await server.stop()
        return (run, "\(server.endpoint)")
    }

    private static func willing(_ line: String) -> ScriptedServer.Act {
        switch line.prefix(4) {
        case "EHLO": "250-mx-1\r\n250 SIZE 1000\r\n"
        case "QUIT": .init("221 bye\r\n", hangsUp: true)
        default: "250 ok\r\n"
        }
    }

    @Test("Greeting, EHLO and QUIT are timed; without an offer opportunistic encryption is none")
    func success() async throws {
        let (run, _) = try await run(greeting: "220 mx-1\r\n") { Self.willing($0) }
        #expect(run.failure == nil)
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "greeting", "ehlo", "quit"])
        #expect(run.certificateExpiry == nil)
    }

    @Test("STARTTLS that is asked for and not offered is a failure")
    func missingStartTLS() async throws {
        let (run, place) = try await run(greeting: "220 mx-1\r\n", tls: .starttls) { Self.willing($0) }
        #expect(run.failure == "\(place): the server does not offer STARTTLS during starttls, which tls: starttls needs")
    }

    @Test("Words in the clear behind the answer to STARTTLS are an attack, not an answer")
    func injection() async throws {
        let (run, place) = try await run(greeting: "220 mx-1\r\n", tls: .opportunistic) { line in
            switch line.prefix(4) {
            case "EHLO": "250-mx-1\r\n250 STARTTLS\r\n"
            case "STAR": "220 go on\r\n250 injected\r\n"
            default: Self.willing(line)
            }
        }
        #expect(
            run.failure
                == "\(place): the server sent further replies in the clear instead of silence before encryption during tls, expected the end of the TLS handshake"
        )
    }
}
