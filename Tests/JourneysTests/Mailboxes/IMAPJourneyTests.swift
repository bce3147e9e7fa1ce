import Foundation
import Journeys
import MailClient
import PostwatchModel
import PostwatchRuntime
import Synchronization
import Testing

@Suite struct IMAPJourneyTests {
    private typealias Act = ScriptedServer.Act

    /// Runs a journey with an account against a server that greets and then answers by `script`, which gets tag and command.
    private func run(
        greeting: ScriptedServer.Act = "* OK ready\r\n", timeout: Duration = .seconds(20), tls: TLSMode = .none,
        steps: Set<IMAPStep> = IMAPStep.reading, folders: [String] = [], authentication: IMAPAuthentication? = nil,
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
                task: IMAPTask(
                    IMAPAccess(
                        server: server.endpoint, tls: tls, account: .init(username: "probe", password: .file(path)),
                        authentication: authentication),
                    steps: steps, folders: folders),
                timeout: timeout))
        let run = await journey.run()
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        try await server.stop()
        return (run, "\(server.endpoint)")
    }

    private static func willing(_ tag: String, _ command: String) -> ScriptedServer.Act {
        switch command.prefix(4) {
        case "CAPA": .init("* CAPABILITY IMAP4rev1 IDLE\r\n\(tag) OK done\r\n")
        case "EXAM", "SELE": .init("* 3 EXISTS\r\n\(tag) OK [READ-ONLY] done\r\n")
        case "UID " where command.hasPrefix("UID FETCH *"):
            .init("* 3 FETCH (UID 9 FLAGS () RFC822.SIZE 3 BODY[HEADER] {4}\r\na: b)\r\n\(tag) OK done\r\n")
        case "UID " where command.hasPrefix("UID FETCH 9 (UID BODY.PEEK[TEXT]<0.262144>)"):
            .init("* 3 FETCH (UID 9 BODY[TEXT]<0> {3}\r\nabc)\r\n\(tag) OK done\r\n")
        case "LOGO": .init("* BYE bye\r\n\(tag) OK done\r\n", hangsUp: true)
        case "LOGI", "LIST", "NOOP", "UID ": .init("\(tag) OK done\r\n")
        default: .init("\(tag) BAD unknown command\r\n")
        }
    }

    @Test("Signing in, looking, searching, reading and leaving are timed one by one")
    func success() async throws {
        let (run, _) = try await run(timeout: .seconds(20)) { Self.willing($0, $1) }
        #expect(run.failure == nil)
        #expect(
            run.steps.map(\.phase) == [
                "resolve", "connect", "greeting", "capability", "auth", "list", "select", "search", "fetch", "body", "logout",
            ])
    }

    @Test("Only the steps that are asked for are done")
    func fewSteps() async throws {
        let (run, _) = try await run(steps: [.select, .fetch]) { Self.willing($0, $1) }
        #expect(run.failure == nil)
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "greeting", "auth", "select", "fetch", "logout"])
        let (reading, _) = try await self.run(steps: [.body]) { Self.willing($0, $1) }
        #expect(reading.steps.map(\.phase) == ["resolve", "connect", "greeting", "auth", "select", "body", "logout"])
    }

    @Test("Other folders are opened one after the other, and then the first one again; the one that cannot be opened is named")
    func switching() async throws {
        let opened = Mutex<[String]>([])
        let (run, place) = try await run(folders: ["Sent", "Entwürfe"]) { tag, command in
            if command.hasPrefix("EXAMINE") { opened.withLock { $0.append(command) } }
            return command.hasPrefix("EXAMINE \"Gone") ? .init("\(tag) NO [NONEXISTENT] no\r\n") : Self.willing(tag, command)
        }
        #expect(run.failure == nil)
        #expect(
            opened.withLock(\.self) == ["EXAMINE \"INBOX\"", "EXAMINE \"Sent\"", "EXAMINE \"Entw&APw-rfe\"", "EXAMINE \"INBOX\""])
        #expect(run.steps.map(\.phase).filter { $0 == "switch" }.count == 3)
        let (failed, other) = try await self.run(folders: ["Gone"]) { tag, command in
            command.hasPrefix("EXAMINE \"Gone") ? .init("\(tag) NO [NONEXISTENT] no\r\n") : Self.willing(tag, command)
        }
        #expect(failed.failure == "\(other): EXAMINE of Gone was answered with NO [NONEXISTENT] no during switch, expected OK")
        #expect(place != other)
    }

    @Test("A literal that is too long is a failure of the step that it answers")
    func oversize() async throws {
        let (literal, other) = try await run { tag, command in
            command.hasPrefix("UID FETCH") ? .init("* 3 FETCH (BODY[HEADER] {99999999}\r\n") : Self.willing(tag, command)
        }
        #expect(
            literal.failure
                == "\(other): the server sent a literal of 99999999 bytes, more than the 1048576 that are taken during fetch, expected the answer to UID FETCH"
        )
    }

    @Test("A server that invites to go on where nothing follows is at fault")
    func strayInvitation() async throws {
        let (run, place) = try await run { tag, command in command.hasPrefix("LIST") ? "+ go on\r\n" : Self.willing(tag, command) }
        #expect(
            run.failure
                == "\(place): the server sent an invitation to go on instead of the answer to LIST during list, expected the answer to LIST"
        )
    }

    // MARK: Ways to sign in

    @Test("PLAIN is chosen where it is offered, at once where the server takes that, and otherwise when it asks")
    func plain() async throws {
        let expected = "AHByb2JlAGh1bnRlcjJodW50ZXIy"
        for isAtOnce in [true, false] {
            let commands = Mutex<[String]>([])
            let (run, _) = try await run { tag, command in
                commands.withLock { $0.append(command) }
                if command == "CAPABILITY" {
                    return .init("* CAPABILITY IMAP4rev1 AUTH=PLAIN\(isAtOnce ? " SASL-IR" : "")\r\n\(tag) OK done\r\n")
                }
                if command == "AUTHENTICATE PLAIN" { return "+ \r\n" }
                if command == "AUTHENTICATE PLAIN \(expected)" || tag == expected { return .init("p2 OK in\r\n") }
                return Self.willing(tag, command)
            }
            #expect(run.failure == nil)
            #expect(commands.withLock { $0.contains("AUTHENTICATE PLAIN") } == !isAtOnce)
        }
    }

    @Test("A token that is refused is answered, and the reason that the server gives is told")
    func refusedToken() async throws {
        let (run, place) = try await run(authentication: .xoauth2) { tag, command in
            switch command {
            case "CAPABILITY": .init("* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2\r\n\(tag) OK done\r\n")
            case "AUTHENTICATE XOAUTH2 dXNlcj1wcm9iZQFhdXRoPUJlYXJlciBodW50ZXIyaHVudGVyMgEB": "+ eyJzdGF0dXMiOiI0MDAifQ==\r\n"
            case "" where tag.isEmpty: .init("p2 NO [AUTHENTICATIONFAILED] no\r\n")
            default: Self.willing(tag, command)
            }
        }
        #expect(run.failure == "\(place): login refused for the account probe: NO [AUTHENTICATIONFAILED] no ({\"status\":\"400\"})")
        #expect(run.steps.last?.phase == "auth")
    }

    @Test("A server that asks for more and more while signing in is at fault")
    func endlessChallenges() async throws {
        let (run, place) = try await run(authentication: .plain) { tag, command in
            command.hasPrefix("AUTHENTICATE") || tag.isEmpty || tag.hasPrefix("AH")
                ? "+ \r\n" : command == "CAPABILITY" ? .init("\(tag) OK done\r\n* CAPABILITY X\r\n") : Self.willing(tag, command)
        }
        #expect(run.failure?.hasPrefix("\(place): the server") == true)
        #expect(run.steps.last?.phase == "auth")
    }

    @Test("A way to sign in that the server does not offer is named before any password is sent")
    func unofferedMechanism() async throws {
        let (run, place) = try await run(authentication: .xoauth2) { tag, command in
            command == "CAPABILITY"
                ? .init("* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=CRAM-MD5\r\n\(tag) OK done\r\n") : Self.willing(tag, command)
        }
        #expect(
            run.failure
                == "\(place): the server does not offer AUTH=XOAUTH2 during auth, which auth: xoauth2 needs; it offers AUTH=CRAM-MD5, AUTH=PLAIN"
        )
    }

    @Test("A server that quotes the credentials in their other form does not get them into the sentence")
    func quotedCredentials() async throws {
        let (run, place) = try await run(authentication: .plain) { tag, command in
            switch command {
            case "CAPABILITY": .init("* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n\(tag) OK done\r\n")
            case let line where line.hasPrefix("AUTHENTICATE"): .init("\(tag) BAD unknown: \(line.prefix(40))\r\n")
            default: Self.willing(tag, command)
            }
        }
        #expect(run.failure == "\(place): login refused for the account probe: BAD unknown: AUTHENTICATE PLAIN ••••")
    }

    @Test("A refused login says so in the server's words, never with the password")
    func refusedLogin() async throws {
        let (run, place) = try await run { tag, command in
            command.hasPrefix("LOGIN") ? .init("\(tag) NO [AUTHENTICATIONFAILED] hunter2hunter2 is wrong\r\n") : Self.willing(tag, command)
        }
        #expect(run.failure == "\(place): login refused for the account probe: NO [AUTHENTICATIONFAILED] •••• is wrong")
        #expect(run.steps.last?.phase == "auth")
    }

    @Test("A greeting of another protocol is quoted")
    func badGreeting() async throws {
        let (run, place) = try await run(greeting: "HTTP/1.1 400 Bad Request\r\n") { _, _ in .silence }
        let complaint = "the server sent \"400\" instead of OK, NO or BAD behind the tag"
        #expect(run.failure == "\(place): \(complaint) during greeting, expected the greeting")
        #expect(run.steps.last?.phase == "greeting")
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
