import Journeys
import MailClient
import MailWire
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@Suite struct SubmissionTests {
    private let directory = TestDirectory()

    private func account(_ password: String = "hunter2hunter2") throws -> MailAccount {
        try directory.write(Array("\(password)\n".utf8), to: "password")
        return MailAccount(username: "tim", password: .file("\(directory.path)/password"))
    }

    private func run(
        mechanism: SMTPMechanism? = nil, greeting: ScriptedServer.Act = "220 smtp\r\n",
        _ script: @escaping @Sendable (String) -> ScriptedServer.Act
    ) async throws -> (run: JourneyRun, place: String) {
        let server = try await ScriptedServer.start(greeting: greeting) { script }
        let access = SMTPAccess(server: server.endpoint, tls: .none, account: try account(), mechanism: mechanism)
        let journey = try WallClock().factory.make(JourneyConfiguration(name: "smtp-1", task: SMTPTask(access), timeout: .seconds(20)))
        let run = await journey.run()
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        try await server.stop()
        return (run, "\(server.endpoint)")
    }

    @Sendable private static func willing(_ line: String) -> ScriptedServer.Act {
        switch line.prefix(4) {
        case "EHLO": "250-smtp\r\n250 AUTH PLAIN LOGIN XOAUTH2\r\n"
        case "AUTH": line.split(separator: " ").count == 3 ? "235 2.7.0 in\r\n" : "334 \r\n"
        case "QUIT": .init("221 bye\r\n", hangsUp: true)
        default: "235 2.7.0 in\r\n"
        }
    }

    @Test("Signing in is a phase of its own", arguments: [nil, SMTPMechanism.plain, .xoauth2])
    func success(mechanism: SMTPMechanism?) async throws {
        let (run, _) = try await run(mechanism: mechanism, Self.willing)
        #expect(run.failure == nil)
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "greeting", "ehlo", "auth", "quit"])
    }

    @Test("LOGIN answers two questions")
    func login() async throws {
        let lines = Shared<[String]>([])
        let (run, _) = try await run(mechanism: .login) { line in
            lines.withLock { $0.append(line) }
            return line == "dGlt" ? "334 UGFzc3dvcmQ6\r\n" : Self.willing(line)
        }
        #expect(run.failure == nil)
        #expect(lines.value == ["EHLO postwatch.invalid", "AUTH LOGIN", "dGlt", "aHVudGVyMmh1bnRlcjI=", "QUIT"])
    }

    @Test("A refusal is told in the server's words, without the password in any of its forms")
    func refusal() async throws {
        let (run, place) = try await run { line in
            line.hasPrefix("AUTH") ? .init("535 5.7.8 hunter2hunter2 as \(line.dropFirst(11)) is wrong\r\n") : Self.willing(line)
        }
        #expect(run.failure == "\(place): login refused for the account tim: 535 5.7.8 •••• as •••• is wrong")
        #expect(run.steps.last?.phase == "auth")
    }

    @Test("A server that offers no way to sign in is not sent a password")
    func notOffered() async throws {
        let (silent, place) = try await run { $0.hasPrefix("EHLO") ? "250 smtp\r\n" : Self.willing($0) }
        #expect(
            silent.failure
                == "\(place): the server offers no AUTH during auth; name a server that takes mail of users, with tls: starttls or implicit"
        )
        let (other, otherPlace) = try await run { $0.hasPrefix("EHLO") ? "250-smtp\r\n250 AUTH GSSAPI\r\n" : Self.willing($0) }
        #expect(
            other.failure
                == "\(otherPlace): the server offers AUTH by GSSAPI during auth, but not PLAIN nor LOGIN; set auth to what it offers")
    }

    @Test("A password that is not there is told before anybody is connected to")
    func missingPassword() async throws {
        let access = SMTPAccess(
            server: Endpoint(host: "127.0.0.1", port: 1), tls: .none, account: MailAccount(username: "a", password: .file("/nowhere")))
        let run = await (try WallClock().factory.make(JourneyConfiguration(name: "smtp-1", task: SMTPTask(access)))).run()
        #expect(run.failure == "the secret file /nowhere cannot be read; create it, readable by this user")
        #expect(run.steps.isEmpty)
    }

    @Test("One address of a server is gone to under the server's name")
    func pinnedAddress() async throws {
        let server = try await ScriptedServer.start(greeting: "421 busy\r\n") { { _ in .silence } }
        let named = Endpoint(host: "mx-1.example.test", port: server.endpoint.port)
        let access = SMTPAccess(server: named, tls: .none, address: "127.0.0.1")
        let run = await (try WallClock().factory.make(JourneyConfiguration(name: "mx-1", task: SMTPTask(access)))).run()
        #expect(run.failure == "\(named) [127.0.0.1]: the server ended the session: greeted with 421 busy during greeting")
        try await server.stop()
        let error = #expect(throws: UnusableJourney.self) {
            try WallClock().factory.make(JourneyConfiguration(name: "a", task: SMTPTask(SMTPAccess(server: named, address: "mx"))))
        }
        #expect(error?.reason == "address: found \"mx\"; write one of the server's addresses, and server beside it")
    }
}
