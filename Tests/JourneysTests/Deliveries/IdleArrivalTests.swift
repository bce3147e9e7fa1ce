import Foundation
import Journeys
import MailClient
import NIOCore
import PostwatchModel
import PostwatchRuntime
import Synchronization
import Testing

/// Mail that takes a known time to arrive.
@Suite struct IdleArrivalTests {
    /// What the platform does and when, on NIO's clock.
    private final class Delay: Sendable {
        private let moments = Mutex<(accepted: NIODeadline?, visible: NIODeadline?)>((nil, nil))
        let delay: TimeAmount

        init(_ delay: TimeAmount) { self.delay = delay }

        func accept() { moments.withLock { $0.accepted = .now() } }
        /// The first time counts.
        func show() { moments.withLock { if $0.visible == nil { $0.visible = .now() } } }
        var isAccepted: Bool { moments.withLock { $0.accepted != nil } }
        var isVisible: Bool { moments.withLock { $0.accepted.map { .now() >= $0 + delay } ?? false } }
        /// Until it becomes visible.
        var left: TimeAmount { moments.withLock { $0.accepted.map { max($0 + delay - .now(), .zero) } ?? delay } }
        var taken: Duration? {
            moments.withLock { moments in
                guard let accepted = moments.accepted, let visible = moments.visible else { return nil }
                return .nanoseconds((visible - accepted).nanoseconds)
            }
        }
    }

    private func startSMTP(
        acceptance: ScriptedServer.Act = "250 2.0.0 Ok: queued as 3F2A1\r\n", _ take: @escaping @Sendable (String) -> Void
    ) async throws -> ScriptedServer {
        try await ScriptedServer.start(greeting: "220 mx-1.example.test\r\n") {
            let body = Mutex<[String]?>(nil)
            return { line in
                if let lines = body.withLock(\.self) {
                    guard line == "." else {
                        body.withLock { $0 = lines + [line] }
                        return .silence
                    }
                    body.withLock { $0 = nil }
                    take(lines.joined(separator: "\r\n") + "\r\n")
                    return acceptance
                }
                if line == "DATA" {
                    body.withLock { $0 = [] }
                    return "354 go on\r\n"
                }
                return line == "QUIT" ? .init("221 bye\r\n", hangsUp: true) : "250 ok\r\n"
            }
        }
    }

    /// A mailbox whose one message is there when its time has come; in IDLE it tells of it then.
    private func startIMAP(
        _ delay: Delay, _ text: @escaping @Sendable () -> String, commands: Shared, refusesIdle: Bool = false, firstPush: TimeAmount? = nil
    ) async throws -> ScriptedServer {
        try await ScriptedServer.start(greeting: "* OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS] ready\r\n") {
            let idling = Mutex("")
            return { line in
                if line == "DONE" { return .init("\(idling.withLock(\.self)) OK done\r\n") }
                let tag = String(line.prefix { $0 != " " })
                let command = String(line.dropFirst(tag.count + 1))
                commands.values.withLock { $0.append(command) }
                let done = "\(tag) OK done\r\n"
                switch command.split(separator: " ").prefix(2).joined(separator: " ") {
                case let head where head.hasPrefix("LOGIN"): return .init("\(tag) OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS] in\r\n")
                case let head where head.hasPrefix("SELECT"): return .init("* 0 EXISTS\r\n" + done)
                case "UID SEARCH": return .init("* SEARCH\(delay.isVisible ? " 1" : "")\r\n" + done)
                case "UID FETCH":
                    let whole = text()
                    let header = whole.split(separator: "\r\n").filter { $0.hasPrefix("X-Postwatch-Probe:") }.joined() + "\r\n\r\n"
                    let (section, part) = command.contains("HEADER") ? ("HEADER.FIELDS (X-POSTWATCH-PROBE)", header) : ("", whole)
                    return .init("* 1 FETCH (UID 1 BODY[\(section)] {\(part.utf8.count)}\r\n\(part))\r\n" + done)
                case "IDLE" where refusesIdle: return .init("\(tag) NO not now\r\n")
                case "IDLE":
                    idling.withLock { $0 = tag }
                    let push = ScriptedServer.Push(delay: delay.isAccepted ? delay.left : firstPush ?? delay.left) {
                        // What is not handed over yet is not there.
                        guard delay.isVisible else { return "" }
                        delay.show()
                        return "* 1 EXISTS\r\n"
                    }
                    // Before the message is handed over something else comes.
                    return .init(delay.isAccepted ? "+ idling\r\n" : "+ idling\r\n* 1 EXISTS\r\n", pushes: [push])
                case "LOGOUT": return .init("* BYE bye\r\n" + done, hangsUp: true)
                default: return .init(done)
                }
            }
        }
    }

    private final class Shared: Sendable {
        let values = Mutex<[String]>([])
    }

    private func run(smtp: Endpoint, imap: Endpoint, timeout: Duration = .seconds(20)) async throws -> JourneyRun {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("password-\(UUID().uuidString)").path
        try "hunter2hunter2\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let journey = try WallClock().factory.make(
            JourneyConfiguration(
                name: "in-1",
                task: InboundTask(
                    exchange: SMTPAccess(server: smtp, tls: .none, from: "a@outside.test"), to: "probe@example.test",
                    mailbox: IMAPAccess(server: imap, tls: .none), account: MailAccount(username: "probe", password: .file(path))),
                timeout: timeout))
        return await journey.run()
    }

    /// From the word of acceptance to the end of the arrival.
    private func arrival(in run: JourneyRun) throws -> Duration {
        let accepted = try #require(run.steps.first { $0.phase == "accept" })
        let arrived = try #require(run.steps.first { $0.phase == "arrival" })
        return arrived.offset + arrived.duration - accepted.offset - accepted.duration
    }

    @Test("An arrival that IDLE tells of is timed by when it was told, without asking in between")
    func told() async throws {
        let delay = Delay(.milliseconds(700))
        let message = Mutex("")
        let commands = Shared()
        let smtp = try await startSMTP { text in
            message.withLock { $0 = text }
            delay.accept()
        }
        let imap = try await startIMAP(delay, { message.withLock(\.self) }, commands: commands)
        let run = try await run(smtp: smtp.endpoint, imap: imap.endpoint)
        #expect(run.failure == nil)
        let error = try arrival(in: run) - #require(delay.taken)
        // On an idle machine it is a millisecond; the goal is 50.
        #expect(abs(error.seconds) < 0.5)
        let asked = commands.values.withLock(\.self)
        #expect(run.steps.prefix { $0.wire == "imap" }.map(\.phase).suffix(2) == ["select", "listen"])
        // One look that found nothing, one for leftovers, and one when it was told.
        #expect(asked.filter { $0.hasPrefix("UID SEARCH") }.count == 3, "\(asked)")
        #expect(!asked.contains("NOOP"))
        try await smtp.stop()
        try await imap.stop()
    }

    @Test("A message that comes before the word of acceptance has arrived when the server told of it")
    func atOnce() async throws {
        let delay = Delay(.zero)
        let message = Mutex("")
        let commands = Shared()
        // The word of acceptance comes half a second behind the message.
        let smtp = try await startSMTP(
            acceptance: .init("", pushes: [.init(delay: .milliseconds(500)) { "250 2.0.0 Ok: queued as 3F2A1\r\n" }])
        ) { text in
            message.withLock { $0 = text }
            delay.accept()
        }
        let imap = try await startIMAP(delay, { message.withLock(\.self) }, commands: commands, firstPush: .milliseconds(250))
        let run = try await run(smtp: smtp.endpoint, imap: imap.endpoint)
        #expect(run.failure == nil)
        // It was there before anybody could look for it.
        #expect(run.steps.first { $0.phase == "arrival" }?.duration == .zero)
        #expect(commands.values.withLock { $0.filter { $0 == "IDLE" }.count } == 1)
        try await smtp.stop()
        try await imap.stop()
    }

    @Test("A server that offers IDLE and refuses it is asked again and again instead, and not for IDLE")
    func refused() async throws {
        let delay = Delay(.milliseconds(300))
        let message = Mutex("")
        let commands = Shared()
        let smtp = try await startSMTP { text in
            message.withLock { $0 = text }
            delay.accept()
        }
        let imap = try await startIMAP(delay, { message.withLock(\.self) }, commands: commands, refusesIdle: true)
        let run = try await run(smtp: smtp.endpoint, imap: imap.endpoint)
        #expect(run.failure == nil)
        let asked = commands.values.withLock(\.self)
        #expect(asked.filter { $0 == "IDLE" }.count == 1)
        #expect(asked.contains("NOOP"))
        try await smtp.stop()
        try await imap.stop()
    }

    @Test("A message that comes while its run is looking is found, although IDLE does not tell of it again")
    func between() async throws {
        let delay = Delay(.zero)
        let message = Mutex("")
        let commands = Shared()
        let smtp = try await startSMTP { text in
            message.withLock { $0 = text }
            delay.accept()
        }
        let searches = Mutex(0)
        let imap = try await ScriptedServer.start(greeting: "* OK ready\r\n") {
            let idling = Mutex("")
            return { line in
                if line == "DONE" { return .init("\(idling.withLock(\.self)) OK done\r\n") }
                let tag = String(line.prefix { $0 != " " })
                let command = String(line.dropFirst(tag.count + 1))
                commands.values.withLock { $0.append(command) }
                let done = "\(tag) OK done\r\n"
                switch command.split(separator: " ").prefix(2).joined(separator: " ") {
                case "CAPABILITY": return .init("* CAPABILITY IMAP4rev1 IDLE\r\n" + done)
                case "UID SEARCH":
                    // The server finds nothing, and tells of the message behind that.
                    let count = searches.withLock {
                        $0 += 1; return $0
                    }
                    return .init(count == 1 ? "* SEARCH\r\n* 1 EXISTS\r\n" + done : "* SEARCH 1\r\n" + done)
                case "UID FETCH":
                    let whole = message.withLock(\.self)
                    return .init("* 1 FETCH (UID 1 BODY[] {\(whole.utf8.count)}\r\n\(whole))\r\n" + done)
                case "IDLE":
                    idling.withLock { $0 = tag }
                    return "+ idling\r\n"
                case "LOGOUT": return .init("* BYE bye\r\n" + done, hangsUp: true)
                default: return .init(done)
                }
            }
        }
        let run = try await run(smtp: smtp.endpoint, imap: imap.endpoint)
        #expect(run.failure == nil)
        // The one in which it was handed over.
        #expect(commands.values.withLock { $0.filter { $0 == "IDLE" }.count } == 1)
        try await smtp.stop()
        try await imap.stop()
    }

    @Test("With a real server a delivery some time after the acceptance is timed")
    func dovecot() async throws {
        let dovecot = try await RealDovecot(network: "127.94.70")
        defer { dovecot.stop() }
        let delay = Delay(.seconds(1))
        let message = Mutex("")
        let smtp = try await startSMTP { text in
            message.withLock { $0 = text }
            delay.accept()
        }
        let (exchange, mailbox) = (smtp.endpoint, dovecot.plain)
        let (run, failure) = await withTaskGroup(of: JourneyRun?.self) { group in
            group.addTask {
                try? await self.run(smtp: exchange, imap: mailbox)
            }
            let clock = ContinuousClock()
            while !delay.isVisible { try? await clock.sleep(for: .milliseconds(10)) }
            var failure: (any Error)?
            do {
                try dovecot.deliver(message.withLock(\.self))
                delay.show()
            } catch { failure = error }
            return (await group.next() ?? nil, failure)
        }
        #expect(failure == nil)
        let finished = try #require(run)
        #expect(finished.failure == nil)
        // Dovecot gathers changes for half a second before it tells of them.
        let error = try arrival(in: finished) - #require(delay.taken)
        #expect(error > .seconds(-1) && error < .seconds(3), "\(error)")
        #expect(try dovecot.count(of: "INBOX") == 0)
        try await smtp.stop()
    }
}
