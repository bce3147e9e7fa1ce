import Foundation
import Journeys
import MailClient
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@Suite struct POP3JourneyTests {
    private func run(
        _ server: Endpoint, tls: TLSMode = .none, timeout: Duration = .seconds(20), authentication: POP3Access.Authentication = .login,
        password: String = "s3cret-word"
    ) async throws -> JourneyRun {
        let directory = TestDirectory()
        try directory.write(Array(password.utf8), to: "password")
        let access = POP3Access(
            server: server, tls: tls, tlsSettings: TLSSettings(insecureSkipVerify: true),
            account: MailAccount(username: "ann", password: .file(directory.path + "/password")), authentication: authentication)
        let journey = try WallClock().factory.make(JourneyConfiguration(name: "pop3-1", task: POP3Task(access), timeout: timeout))
        let run = await journey.run()
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        return run
    }

    private func scripted(
        greeting: ScriptedServer.Act = "+OK ready\r\n", timeout: Duration = .seconds(20),
        _ script: @escaping @Sendable (String) -> ScriptedServer.Act
    ) async throws -> (run: JourneyRun, place: String) {
        let server = try await ScriptedServer.start(greeting: greeting) { script }
        let run = try await run(server.endpoint, timeout: timeout)
        try await server.stop()
        return (run, "\(server.endpoint)")
    }

    private static func willing(_ line: String) -> ScriptedServer.Act {
        switch line.prefix(4) {
        case "CAPA": "+OK\r\nTOP\r\nUSER\r\n.\r\n"
        case "LIST": "+OK\r\n1 120\r\n2 90000000\r\n.\r\n"
        case "TOP ": "+OK\r\nSubject: hello\r\n\r\n.\r\n"
        case "RETR": "+OK\r\nSubject: hello\r\n\r\n..\r\n.\r\n"
        case "QUIT": .init("+OK bye\r\n", hangsUp: true)
        default: "+OK\r\n"
        }
    }

    @Test("Every phase is timed, and a message that is too large is not fetched")
    func success() async throws {
        let (run, _) = try await scripted { line in line == "RETR 2" ? "-ERR too large\r\n" : Self.willing(line) }
        #expect(run.failure == nil)
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "greeting", "capability", "auth", "stat", "list", "top", "retr", "quit"])
        #expect(run.samples.contains { $0.labels["__name__"] == "probe_pop3_duration_seconds" && $0.labels["phase"] == "retr" })
    }

    @Test(
        "What goes wrong is told with its phase and in words",
        arguments: [
            ("PASS", "-ERR [AUTH] no s3cret-word for you\r\n", "login refused for the account ann: -ERR [AUTH] no •••• for you"),
            ("LIST", "* BAD imap\r\n", "the server sent \"* BAD imap\" instead of +OK or -ERR during list, expected the answer to LIST"),
        ])
    func failures(verb: String, answer: String, sentence: String) async throws {
        let (run, place) = try await scripted { line in
            guard line.hasPrefix(verb) else { return Self.willing(line) }
            return .init(answer)
        }
        #expect(run.failure == "\(place): \(sentence)")
    }

    @Test("A real Dovecot is signed in to by each mechanism, with STLS, and refuses a wrong password")
    func realDovecot() async throws {
        let dovecot = try await PrivateDovecot.start()
        let server = dovecot.endpoint(.pop3)
        for authentication in [POP3Access.Authentication.login, .plain] {
            let run = try await run(server, tls: .starttls, authentication: authentication, password: PrivateDovecot.password)
            #expect(run.failure == nil)
            #expect(
                run.steps.map(\.phase) == [
                    "resolve", "connect", "greeting", "capability", "starttls", "tls", "capability", "auth", "stat", "list", "top", "retr",
                    "quit",
                ])
            #expect(run.certificateExpiry != nil)
        }
        let refused = try await self.run(server, tls: .starttls, password: "wrong")
        #expect(refused.failure == "\(server): login refused for the account ann: -ERR [AUTH] Authentication failed.")
        #expect(refused.steps.last?.phase == "auth")
    }
}
