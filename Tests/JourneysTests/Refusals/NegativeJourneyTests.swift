import MailClient
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Journeys

@Suite struct NegativeJourneyTests {
    private typealias Act = ScriptedServer.Act

    private let directory = TestDirectory()

    private func account() throws -> MailAccount {
        try directory.write(Array("hunter2hunter2\n".utf8), to: "password")
        return MailAccount(username: "probe", password: .file("\(directory.path)/password"))
    }

    private func run(_ task: NegativeTask, timeout: Duration = .seconds(20)) async throws -> JourneyRun {
        let run = await (try WallClock().factory.make(JourneyConfiguration(name: "no-1", task: task, timeout: timeout))).run()
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        #expect(run.steps.map { "\($0.wire) \($0.phase)" } == task.checks.map { "negative \($0.rawValue)" })
        let successes = Dictionary(uniqueKeysWithValues: run.figures.map { ($0.labels["check"] ?? "", $0.value) })
        #expect(run.figures.allSatisfy { $0.name == "probe_negative_success" })
        for step in run.steps { #expect(successes[step.phase] == (step.failure == nil ? 1 : 0)) }
        return run
    }

    private func failures(_ run: JourneyRun) -> [String: String] {
        Dictionary(uniqueKeysWithValues: run.steps.compactMap { step in step.failure.map { (step.phase, $0) } })
    }

    /// A server that does as it should, but for some commands by how they begin.
    private static func server(
        _ replies: [String: Act] = [:], offers: String = "250 SIZE 1000\r\n", heard: Shared<[String]> = Shared([])
    ) async throws -> ScriptedServer {
        try await ScriptedServer.start(greeting: "220 mx-1\r\n") {
            let sender = Shared("")
            let isMessage = Shared(false)
            return { line in
                heard.withLock { $0.append(line) }
                if isMessage.value {
                    guard line == "." else { return .silence }
                    isMessage.value = false
                    return replies["."] ?? "550 5.7.1 no\r\n"
                }
                if let reply = replies.first(where: { line.hasPrefix($0.key) }) {
                    isMessage.value = reply.key == "DATA" && reply.value.text.hasPrefix("354")
                    return reply.value
                }
                switch line.prefix(4) {
                case "EHLO": return Act("250-mx-1\r\n" + offers)
                case "MAIL":
                    sender.value = line
                    return line.contains("example.test") ? "550 5.7.1 not from outside\r\n" : "250 ok\r\n"
                case "RCPT" where line.contains("<probe@"): return "250 ok\r\n"
                case "RCPT" where line.contains("example.test"): return "550 5.1.1 unknown\r\n"
                case "RCPT": return "554 5.7.1 relay access denied\r\n"
                case "DATA":
                    isMessage.value = true
                    return "354 go on\r\n"
                case "AUTH": return "535 5.7.8 no\r\n"
                case "QUIT": return Act("221 bye\r\n", hangsUp: true)
                default: return "250 ok\r\n"
                }
            }
        }
    }

    private func outside(_ server: ScriptedServer, gtube: NegativeTask.Catch? = nil, eicar: NegativeTask.Catch? = nil) -> NegativeTask {
        let exchange = SMTPAccess(server: server.endpoint, tls: .none, from: "a@outside.invalid")
        return NegativeTask(outside: .init(exchange: exchange, to: "probe@example.test", gtube: gtube, eicar: eicar))
    }

    // MARK: Envelopes

    @Test("A server that refuses what it must passes, and nothing is handed over")
    func correct() async throws {
        let heard = Shared<[String]>([])
        let server = try await Self.server(heard: heard)
        let run = try await run(outside(server))
        #expect(run.failure == nil)
        #expect(run.steps.map(\.phase) == ["open_relay", "forged_sender", "unknown_recipient", "known_recipient"])
        #expect(!heard.value.contains("DATA"))
        #expect(heard.value.filter { $0 == "QUIT" }.count == 4)
        #expect(heard.value.filter { $0 == "RSET" }.count == 1)
        try await server.stop()
    }

    @Test("What works and must not is told in one sentence; the others are tried all the same")
    func permissive() async throws {
        let heard = Shared<[String]>([])
        let server = try await Self.server(["MAIL": "250 ok\r\n", "RCPT": "250 ok\r\n"], heard: heard)
        let run = try await run(outside(server))
        let place = "\(server.endpoint)"
        let expected = [
            "\(place) accepted mail from outside for postwatch@example.invalid during open_relay; it is an open relay",
            "\(place) accepted mail from outside in the name of probe@example.test during forged_sender; anybody may write in the name of its users",
            "\(place) accepted mail for postwatch-nobody@example.test, who does not exist during unknown_recipient; its bounces will go to whoever the sender was said to be",
        ]
        #expect(run.steps.compactMap(\.failure) == expected)
        #expect(run.failure == expected.joined(separator: "; "))
        #expect(!heard.value.contains("DATA"))
        #expect(heard.value.filter { $0 == "RSET" }.count == 4)
        try await server.stop()
    }

    @Test("Unknown is refused for good, known never is")
    func permanence() async throws {
        let server = try await Self.server([
            "RCPT TO:<postwatch-nobody@": "450 4.1.1 try later\r\n", "RCPT TO:<probe@": "550 5.1.1 unknown\r\n",
        ])
        let run = try await run(outside(server))
        let place = "\(server.endpoint)"
        #expect(
            failures(run) == [
                "unknown_recipient":
                    "\(place) put off mail for postwatch-nobody@example.test, who does not exist (450 4.1.1 try later) during unknown_recipient; it must be refused for good (550), or senders try for days",
                "known_recipient":
                    "\(place) refused mail for probe@example.test, who exists (550 5.1.1 unknown) during known_recipient; senders take it for an unknown address",
            ])
        try await server.stop()
    }

    @Test("Put off is refused for a relay and is enough for a known recipient, but not for a forged sender")
    func temporary() async throws {
        let server = try await Self.server([
            "RCPT TO:<postwatch@": "454 4.7.1 relay access denied\r\n", "RCPT TO:<probe@": "450 4.2.0 greylisted\r\n",
            "MAIL FROM:<probe@": "250 ok\r\n",
        ])
        let run = try await run(outside(server))
        #expect(
            failures(run) == [
                "forged_sender":
                    "\(server.endpoint): mail in the name of probe@example.test was answered with 450 4.2.0 greylisted during forged_sender, expected a refusal for good (5xx)"
            ])
        try await server.stop()
    }

    @Test("A server that hangs costs its share of the time, and the others are still tried")
    func hanging() async throws {
        let server = try await Self.server(["RCPT TO:<postwatch@": .silence])
        let run = try await run(outside(server), timeout: .seconds(6))
        #expect(Set(failures(run).keys) == ["open_relay"])
        #expect(run.failure?.hasPrefix("\(server.endpoint): timed out during rcpt: the answer to RCPT TO did not come within 1s") == true)
        try await server.stop()
        let gone = try await self.run(outside(server))
        let untried = ["open_relay", "forged_sender", "unknown_recipient", "known_recipient"].map {
            "\(server.endpoint): connection refused during connect, so \($0) could not be tried"
        }
        #expect(gone.steps.compactMap(\.failure) == untried)
    }

    // MARK: Logins

    private static let offersAuth = "250 AUTH PLAIN LOGIN\r\n"

    private func submission(_ server: ScriptedServer, skipping: Set<NegativeCheck> = []) throws -> NegativeTask {
        NegativeTask(submission: SMTPAccess(server: server.endpoint, tls: .none, account: try account()), skipping: skipping)
    }

    @Test(
        "A wrong password must be refused with 535",
        arguments: [
            ("535 5.7.8 no\r\n", nil),
            (
                "235 2.7.0 in\r\n",
                "PLACE accepted a wrong password for the account probe during wrong_password; anybody may send in its name"
            ),
            (
                "454 4.7.0 later\r\n",
                "PLACE: AUTH with a wrong password was answered with 454 4.7.0 later during wrong_password, expected 535"
            ),
        ] as [(String, String?)])
    func wrongPassword(reply: String, sentence: String?) async throws {
        let heard = Shared<[String]>([])
        let server = try await Self.server(["AUTH": Act(reply)], offers: Self.offersAuth, heard: heard)
        let run = try await run(try submission(server, skipping: [.plaintextAuth]))
        #expect(run.failure == sentence?.replacing("PLACE", with: "\(server.endpoint)"))
        // `probe` and `hunter2hunter2` in the form in which PLAIN carries them.
        #expect(!heard.value.contains { $0.contains("AHByb2JlAGh1bnRlcjJodW50ZXIy") })
        try await server.stop()
    }

    @Test(
        "Without encryption passwords must not be taken",
        arguments: [
            ("250 SIZE 1\r\n", "250 never\r\n", false), ("250 AUTH SCRAM-SHA-256\r\n", "250 never\r\n", false),
            (offersAuth, "538 5.7.11 encrypt\r\n", false), (offersAuth, "530 5.7.0 encrypt\r\n", false),
            (offersAuth, "535 5.7.8 no\r\n", true), (offersAuth, "235 2.7.0 in\r\n", true),
        ])
    func plaintext(offers: String, reply: String, isFault: Bool) async throws {
        let server = try await Self.server(["AUTH": Act(reply)], offers: offers)
        let run = try await run(try submission(server, skipping: [.wrongPassword]))
        let text = reply.dropLast()
        #expect(
            run.failure
                == (isFault
                    ? "\(server.endpoint) takes passwords without encryption (AUTH PLAIN was answered with \(text)) during plaintext_auth; offer AUTH behind STARTTLS only"
                    : nil))
        try await server.stop()
    }

    // MARK: Contents

    @Test("What filters know must be rejected, by content and not before")
    func rejection() async throws {
        let heard = Shared<[String]>([])
        let filtering = try await Self.server(heard: heard)
        #expect(try await run(outside(filtering, gtube: .rejected, eicar: .rejected)).failure == nil)
        #expect(heard.value.contains { $0.contains("GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL") })
        #expect(heard.value.contains { $0.contains("EICAR-STANDARD-ANTIVIRUS-TEST-FILE") })
        let blind = try await Self.server([".": "250 2.0.0 taken\r\n"])
        let blindRun = try await run(outside(blind, gtube: .rejected))
        #expect(
            blindRun.failure
                == "\(blind.endpoint) accepted the test message during gtube; the filter did not see it, or does not reject what it must")
        let busy = try await Self.server([".": "451 4.7.1 later\r\n"])
        let busyRun = try await run(outside(busy, eicar: .rejected))
        #expect(
            busyRun.failure
                == "\(busy.endpoint): the test message was answered with 451 4.7.1 later during eicar, expected a refusal for good (5xx)")
        for server in [filtering, blind, busy] { try await server.stop() }
    }

    /// What an SMTP server takes lies in one folder of an IMAP server.
    private func filing(
        into folder: String?, expected: NegativeTask.Catch
    ) async throws -> (run: JourneyRun, smtp: String, commands: [String]) {
        let mark = Shared("")
        let smtp = try await ScriptedServer.start(greeting: "220 mx-1\r\n") {
            { line in
                if line.hasPrefix("X-Postwatch-Probe:") { mark.value = line }
                switch line.prefix(4) {
                case "EHLO", "MAIL", "RCPT", ".": return "250 ok\r\n"
                case "DATA": return "354 go on\r\n"
                case "QUIT": return Act("221 bye\r\n", hangsUp: true)
                default: return .silence
                }
            }
        }
        let commands = Shared<[String]>([])
        let imap = try await ScriptedServer.start(greeting: "* OK ready\r\n") {
            let selected = Shared("")
            return { line in
                let tag = line.prefix { $0 != " " }
                let command = line.dropFirst(tag.count + 1)
                commands.withLock { $0.append(String(command)) }
                let done = "\(tag) OK done\r\n"
                switch command {
                case let text where text.hasPrefix("LOGIN"): return Act("\(tag) OK [CAPABILITY IMAP4rev1 UIDPLUS] in\r\n")
                case let text where text.hasPrefix("SELECT"):
                    selected.value = text.dropFirst(7).filter { $0 != "\"" }
                    return Act(done)
                case let text where text.hasPrefix("UID SEARCH"):
                    return Act((selected.value == folder ? "* SEARCH 7\r\n" : "* SEARCH\r\n") + done)
                case let text where text.hasPrefix("UID FETCH"):
                    let header = mark.value + "\r\n\r\n"
                    return Act(
                        "* 1 FETCH (UID 7 BODY[HEADER.FIELDS (X-POSTWATCH-PROBE)] {\(header.utf8.count)}\r\n\(header))\r\n" + done)
                default: return Act(done)
                }
            }
        }
        let mailbox = IMAPAccess(server: imap.endpoint, tls: .none, account: try account())
        var task = outside(smtp, gtube: expected)
        task.mailbox = mailbox
        task.quarantineWait = .milliseconds(200)
        task.skipped = Set(NegativeCheck.allCases).subtracting([.gtube])
        let run = try await run(task, timeout: .seconds(3))
        try await smtp.stop()
        try await imap.stop()
        return (run, "\(smtp.endpoint)", commands.value)
    }

    @Test("Where a message was filed is looked up, and it is removed")
    func filed() async throws {
        let (junk, _, commands) = try await filing(into: "Junk", expected: .junk)
        #expect(junk.failure == nil)
        #expect(commands.contains("UID EXPUNGE 7"))
        let (quarantined, _, _) = try await filing(into: nil, expected: .quarantined)
        #expect(quarantined.failure == nil)
    }

    @Test("A message that reaches the inbox, or is nowhere, was not caught", arguments: [NegativeTask.Catch.junk, .quarantined])
    func notFiled(expected: NegativeTask.Catch) async throws {
        let (inbox, smtp, commands) = try await filing(into: "INBOX", expected: expected)
        #expect(
            inbox.failure
                == "\(smtp) delivered the test message to INBOX during gtube; the filter did not see it, or does not mark what it must")
        #expect(commands.contains("UID EXPUNGE 7"))
        guard expected == .junk else { return }
        let (nowhere, place, _) = try await filing(into: nil, expected: expected)
        #expect(
            nowhere.failure
                == "\(place) accepted the test message, which came neither to Junk nor to INBOX during gtube; it may still be queued")
    }

    @Test("Whatever hangs before it, a check that waits has its wait, and the rest is shared by all")
    func shares() throws {
        let imap = IMAPAccess(server: Endpoint(host: "b", port: 143), account: MailAccount(username: "c", password: .environment("D")))
        let task = NegativeTask(
            outside: .init(exchange: SMTPAccess(), to: "a@b.test", gtube: .quarantined, eicar: .rejected), mailbox: imap,
            quarantineWait: .seconds(10))
        var left = Duration.seconds(24)
        var shares: [Duration] = []
        for (index, check) in task.checks.enumerated() {
            shares.append(task.share(of: check, before: task.checks[(index + 1)...], left: left))
            left -= shares[index]
        }
        #expect(shares == [2, 2, 2, 2, 2, 12, 2].map { Duration.seconds($0) })
        #expect(left == .zero)
        #expect(task.share(of: .gtube, before: [.eicar], left: .seconds(1)) == .seconds(1))
    }
}
