import Foundation
import Journeys
import MailClient
import PostwatchModel
import PostwatchRuntime
import Testing

@Suite struct IMAPJourneyTests {
    private typealias Act = ScriptedServer.Act

    /// Runs a journey with an account against a server that greets and then answers by `script`, which gets tag and command.
    private func run(
        greeting: ScriptedServer.Act = "* OK ready\r\n", timeout: Duration = .seconds(20), tls: TLSMode = .none,
        _ script: @escaping @Sendable (String, String) -> ScriptedServer.Act
    ) async throws -> (run: JourneyRun, place: String) {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("password-\(UUID().uuidString)").path
        try "hunter2hunter2\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let server = try await ScriptedServer.start(greeting: greeting) {
            { line in
                let tag = String(line.prefix { $0 != " " })
                return script(tag, String(line.dropFirst(tag.count + 1)))
            }
        }
        let journey = try WallClock().factory.make(
            JourneyConfiguration(
                name: "imap-1",
                task: IMAPTask(IMAPAccess(server: server.endpoint, tls: tls, account: .init(username: "probe", password: .file(path)))),
                timeout: timeout))
        let run = await journey.run()
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        try await server.stop()
        return (run, "\(server.endpoint)")
    }

    private static func willing(_ tag: String, _ command: String) -> ScriptedServer.Act {
        switch command.prefix(4) {
        case "EXAM": .init("* 3 EXISTS\r\n\(tag) OK [READ-ONLY] done\r\n")
        case "UID " where command.hasPrefix("UID FETCH"):
            .init("* 3 FETCH (UID 9 FLAGS () RFC822.SIZE 3 BODY[HEADER] {4}\r\na: b)\r\n\(tag) OK done\r\n")
        case "LOGO": .init("* BYE bye\r\n\(tag) OK done\r\n", hangsUp: true)
        default: .init("\(tag) OK done\r\n")
        }
    }

    @Test("Signing in, looking, searching, reading and leaving are timed one by one")
    func success() async throws {
        let (run, _) = try await run(timeout: .seconds(20)) { Self.willing($0, $1) }
        #expect(run.failure == nil)
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "greeting", "auth", "list", "select", "search", "fetch", "logout"])
    }

    @Test("A refused login says so in the server's words, never with the password")
    func refusedLogin() async throws {
        let (run, place) = try await run { tag, command in
            command.hasPrefix("LOGIN") ? .init("\(tag) NO [AUTHENTICATIONFAILED] hunter2hunter2 is wrong\r\n") : Self.willing(tag, command)
        }
        #expect(run.failure == "\(place): login refused for the account probe: NO [AUTHENTICATIONFAILED] •••• is wrong")
        #expect(run.steps.last?.phase == "auth")
    }

    @Test("A server that never greets times out in the greeting")
    func silentServer() async throws {
        let (run, place) = try await run(greeting: .silence, timeout: .milliseconds(300)) { _, _ in .silence }
        #expect(run.failure == "\(place): timed out during greeting: the greeting did not come within 300ms")
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "greeting"])
    }

    @Test("A server that stops answering times out in that step, farewell included")
    func deafServer() async throws {
        let (run, place) = try await run(timeout: .milliseconds(900)) { tag, command in
            command.hasPrefix("EXAMINE") ? .silence : Self.willing(tag, command)
        }
        #expect(run.failure == "\(place): timed out during select: the answer to EXAMINE did not come within 900ms")
    }

    @Test("A connection that ends in the middle of a literal is a failure of the fetch")
    func brokenLiteral() async throws {
        let (run, place) = try await run { tag, command in
            command.hasPrefix("UID FETCH") ? .init("* 3 FETCH (BODY[HEADER] {100}\r\nabc", hangsUp: true) : Self.willing(tag, command)
        }
        #expect(
            run.failure
                == "\(place): the server closed the connection in the middle of a reply during fetch, expected the answer to UID FETCH")
    }

    @Test(
        "A greeting that is no welcome is quoted",
        arguments: [
            ("* BYE too many connections\r\n", "greeted with BYE too many connections during greeting, expected OK"),
            (
                "HTTP/1.1 400 Bad Request\r\n",
                "the server sent \"400\" instead of OK, NO or BAD behind the tag during greeting, expected the greeting"
            ),
        ])
    func badGreeting(greeting: String, sentence: String) async throws {
        let (run, place) = try await run(greeting: .init(greeting)) { _, _ in .silence }
        #expect(run.failure == "\(place): \(sentence)")
        #expect(run.steps.last?.phase == "greeting")
    }

    @Test("A line without end is refused")
    func endlessLine() async throws {
        let (run, place) = try await run(greeting: .init("* OK " + String(repeating: "a", count: 300_000))) { _, _ in .silence }
        #expect(run.failure == "\(place): the server sent a line of more than 262144 bytes during greeting, expected the greeting")
    }

    @Test("A server that says BYE in between has dismissed us")
    func dismissal() async throws {
        let (run, place) = try await run { tag, command in
            command.hasPrefix("LIST") ? .init("* BYE shutting down\r\n", hangsUp: true) : Self.willing(tag, command)
        }
        #expect(run.failure == "\(place): the server ended the connection: BYE shutting down during list")
    }

    @Test("STARTTLS that is asked for and not offered is a failure, before any password is sent")
    func missingStartTLS() async throws {
        let (run, place) = try await run(tls: .starttls) { tag, command in
            command == "CAPABILITY" ? .init("* CAPABILITY IMAP4rev1\r\n\(tag) OK done\r\n") : Self.willing(tag, command)
        }
        #expect(run.failure == "\(place): the server does not offer STARTTLS during starttls, which tls: starttls needs")
    }

    @Test("A missing password file is a failed run with a clear sentence")
    func missingPassword() async throws {
        let journey = try WallClock().factory.make(
            JourneyConfiguration(
                name: "imap-1",
                task: IMAPTask(
                    IMAPAccess(
                        server: Endpoint(host: "127.0.0.1", port: 1), tls: .none,
                        account: .init(username: "a", password: .file("/nowhere/secret"))))))
        let run = await journey.run()
        #expect(run.failure == "the secret file /nowhere/secret cannot be read; create it, readable by this user")
        #expect(run.steps.isEmpty)
        #expect(run.duration == .zero)
    }

    @Test("Without an account a node is greeted and asked for its capabilities")
    func nodeCheck() async throws {
        let server = try await ScriptedServer.start(greeting: "* OK ready\r\n") {
            { line in Self.willing(String(line.prefix { $0 != " " }), String(line.drop { $0 != " " }.dropFirst())) }
        }
        let journey = try WallClock().factory.make(
            JourneyConfiguration(name: "node", task: IMAPTask(IMAPAccess(server: server.endpoint, tls: .none))),
            labels: ["component": "imap-proxy", "instance": "imap-proxy-1"])
        let run = await journey.run()
        #expect(run.failure == nil)
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "greeting", "capability", "logout"])
        #expect(run.seriesLabels["instance"] == "imap-proxy-1")
        try await server.stop()
        #expect(await journey.run().failure == "\(server.endpoint): connection refused during connect")
    }
}
