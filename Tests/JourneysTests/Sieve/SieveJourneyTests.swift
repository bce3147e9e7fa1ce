import Foundation
import Journeys
import MailClient
import PostwatchModel
import PostwatchRuntime
import Synchronization
import TestSupport
import Testing

@Suite struct SieveJourneyTests {
    private func run(
        _ server: Endpoint, tls: TLSMode = .none, timeout: Duration = .seconds(20), password: String = "s3cret-word",
        script: String = "postwatch", delivery: SieveTask.Delivery? = nil
    ) async throws -> JourneyRun {
        let directory = TestDirectory()
        try directory.write(Array(password.utf8), to: "password")
        let access = SieveAccess(
            server: server, tls: tls, tlsSettings: TLSSettings(insecureSkipVerify: true),
            account: MailAccount(username: "ann", password: .file(directory.path + "/password")), script: script)
        let task = SieveTask(access, delivery: delivery)
        let journey = try WallClock().factory.make(JourneyConfiguration(name: "sieve-1", task: task, timeout: timeout))
        let run = await journey.run()
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        return run
    }

    private func scripted(
        greeting: ScriptedServer.Act = Self.greeting, timeout: Duration = .seconds(20), delivery: SieveTask.Delivery? = nil,
        _ script: @escaping @Sendable (String) -> ScriptedServer.Act = { Self.willing($0) }
    ) async throws -> (run: JourneyRun, place: String) {
        let server = try await ScriptedServer.start(greeting: greeting) { script }
        let run = try await run(server.endpoint, timeout: timeout, delivery: delivery)
        try await server.stop()
        return (run, "\(server.endpoint)")
    }

    private static let greeting: ScriptedServer.Act = "\"IMPLEMENTATION\" \"test\"\r\n\"SASL\" \"PLAIN\"\r\nOK\r\n"

    private static func willing(_ line: String) -> ScriptedServer.Act {
        switch line.prefix(9) {
        case "AUTHENTIC", "SETACTIVE": "OK\r\n"
        case "LISTSCRIP": "\"other\"\r\nOK\r\n"
        case "LOGOUT": .init("OK\r\n", hangsUp: true)
        case let line where line.hasPrefix("PUTSCRIPT"): .silence
        // The last line of the script.
        case "}": "OK (WARNINGS) {5}\r\nnever\r\n"
        default: .silence
        }
    }

    @Test("Every phase is timed, and the script is put in force where none was")
    func success() async throws {
        let (run, _) = try await scripted()
        #expect(run.failure == nil)
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "greeting", "auth", "list", "put", "activate", "logout"])
    }

    @Test("Another script in force is left alone")
    func otherScript() async throws {
        let commands = Mutex<[String]>([])
        let (run, place) = try await scripted { line in
            commands.withLock { $0.append(line) }
            return line == "LISTSCRIPTS" ? "\"vacation\" ACTIVE\r\nOK\r\n" : Self.willing(line)
        }
        #expect(
            run.failure
                == "\(place): the account ann has the active script \"vacation\", which is left as it is; use an account of the probe's own"
        )
        #expect(commands.withLock { $0.map { $0.prefix(9) } } == ["AUTHENTIC", "LISTSCRIP", "LOGOUT"])
    }

    @Test("A script of the journey's name that somebody else wrote is left alone")
    func foreignScript() async throws {
        let (run, place) = try await scripted { line in
            switch line {
            case "LISTSCRIPTS": "\"postwatch\"\r\nOK\r\n"
            case "GETSCRIPT \"postwatch\"": "{5}\r\nkeep;\r\nOK\r\n"
            default: Self.willing(line)
            }
        }
        #expect(
            run.failure
                == "\(place): the account ann has a script \"postwatch\" that this journey did not make; write the name of another one in script"
        )
        #expect(run.steps.last?.phase == "list")
    }

    @Test(
        "What goes wrong is told with its phase and in words",
        arguments: [
            ("AUTHENTICATE", "NO \"no s3cret-word for you\"\r\n", "login refused for the account ann: NO \"no •••• for you\""),
            (
                "LISTSCRIPTS", "+OK pop\r\n",
                "the server sent \"+OK\" instead of a string, OK, NO or BYE during list, expected the answer to LISTSCRIPTS"
            ),
        ])
    func failures(verb: String, answer: String, sentence: String) async throws {
        let (run, place) = try await scripted { line in
            guard line.hasPrefix(verb) else { return Self.willing(line) }
            return .init(answer)
        }
        #expect(run.failure == "\(place): \(sentence)")
    }

    @Test("A server without the mechanism is named before any password is sent")
    func unofferedMechanism() async throws {
        let (bare, place) = try await scripted(greeting: "\"SASL\" \"\"\r\n\"STARTTLS\"\r\nOK\r\n")
        #expect(
            bare.failure == "\(place): the server does not offer PLAIN on this connection during auth; it may want tls: starttls")
    }

    @Test("A message that the server delivered without asking the script is told, and removed")
    func notFiled() async throws {
        let platform = FakePlatform()
        let smtp = try await platform.startSMTP()
        let imap = try await platform.startIMAP()
        let delivery = SieveTask.Delivery(
            exchange: SMTPAccess(server: smtp.endpoint, tls: .none, from: "a@outside.test"), to: "ann@example.test",
            mailbox: IMAPAccess(server: imap.endpoint, tls: .none))
        let (run, _) = try await scripted(delivery: delivery)
        #expect(
            run.failure
                == "the message was delivered into INBOX, not filed into Postwatch: the server does not apply the script \"postwatch\" of "
                + "ann; is Sieve part of its delivery?")
        #expect(run.steps.last.map { "\($0.wire) \($0.phase)" } == "delivery arrival")
        #expect(platform.messages.isEmpty)
        try await smtp.stop()
        try await imap.stop()
    }

    @Test("A real Dovecot takes the script, keeps it, and refuses a wrong password")
    func realDovecot() async throws {
        let dovecot = try await PrivateDovecot.start()
        let server = dovecot.endpoint(.managesieve)
        let first = try await run(server, tls: .starttls, password: PrivateDovecot.password)
        #expect(first.failure == nil)
        #expect(
            first.steps.map(\.phase) == [
                "resolve", "connect", "greeting", "starttls", "tls", "capability", "auth", "list", "put", "activate", "logout",
            ])
        let second = try await run(server, tls: .starttls, password: PrivateDovecot.password)
        #expect(second.failure == nil)
        #expect(!second.steps.map(\.phase).contains("activate"))
        let other = try await run(server, tls: .starttls, password: PrivateDovecot.password, script: "another")
        #expect(other.failure?.contains("has the active script \"postwatch\", which is left as it is") == true)
        let refused = try await run(server, tls: .starttls, password: "wrong")
        #expect(refused.failure?.hasPrefix("\(server): login refused for the account ann: NO") == true)
        #expect(refused.steps.last?.phase == "auth")
    }
}
