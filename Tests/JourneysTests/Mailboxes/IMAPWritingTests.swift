import Foundation
import Journeys
import MailClient
import PostwatchModel
import PostwatchRuntime
import Synchronization
import Testing

/// What servers do wrong when a journey writes; that it goes right is seen with a real one.
@Suite struct IMAPWritingTests {
    private typealias Act = ScriptedServer.Act

    /// A server that takes messages and hides them: its answers to everything else come from `script`, when it has one.
    private func run(
        steps: Set<IMAPStep>, timeout: Duration = .seconds(20), capabilities: String = "IDLE UIDPLUS",
        _ script: @escaping @Sendable (String, String) -> ScriptedServer.Act?
    ) async throws -> (run: JourneyRun, place: String, commands: [String]) {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("password-\(UUID().uuidString)").path
        try "hunter2hunter2\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let commands = Mutex<[String]>([])
        let server = try await ScriptedServer.start(greeting: "* OK ready\r\n") {
            let filing = Mutex<(tag: String, left: Int)?>(nil)
            return { line in
                if let file = filing.withLock(\.self) {
                    let left = file.left - line.utf8.count - 2
                    // Behind the literal stands the end of the command's line.
                    filing.withLock { $0 = left < 0 ? nil : (file.tag, left) }
                    return left < 0 ? .init("\(file.tag) OK [APPENDUID 7 9] done\r\n") : .silence
                }
                let tag = String(line.prefix { $0 != " " })
                let command = String(line.dropFirst(tag.count + 1))
                commands.withLock { $0.append(command.isEmpty ? tag : command) }
                if let act = script(tag, command) { return act }
                switch command.split(separator: " ").prefix(2).joined(separator: " ") {
                case "UID FETCH": return .init("* 4 FETCH (UID 9)\r\n\(tag) OK done\r\n")
                case let head where head.hasPrefix("LOGIN"): return .init("\(tag) OK [CAPABILITY IMAP4rev1 \(capabilities)] in\r\n")
                case let head where head.hasPrefix("SELECT"):
                    return .init("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n\(tag) OK done\r\n")
                case let head where head.hasPrefix("APPEND"):
                    filing.withLock { $0 = (tag, Int(command.drop { $0 != "{" }.dropFirst().dropLast()) ?? 0) }
                    return "+ go on\r\n"
                case "IDLE": return "+ idling\r\n"
                case "LOGOUT": return .init("* BYE bye\r\n\(tag) OK done\r\n", hangsUp: true)
                default: return .init(tag == "DONE" ? "" : "\(tag) OK done\r\n")
                }
            }
        }
        let journey = try WallClock().factory.make(
            JourneyConfiguration(
                name: "imap-1",
                task: IMAPTask(
                    IMAPAccess(server: server.endpoint, tls: .none, account: .init(username: "probe", password: .file(path))), steps: steps),
                timeout: timeout))
        let run = await journey.run()
        #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        try await server.stop()
        return (run, "\(server.endpoint)", commands.withLock(\.self))
    }

    @Test("A folder that is not there is named where a message shall be filed in it")
    func missingFolder() async throws {
        let (run, place, commands) = try await run(steps: [.append]) { tag, command in
            command.hasPrefix("APPEND") ? .init("\(tag) NO [TRYCREATE] no such folder\r\n") : nil
        }
        #expect(run.failure == "\(place): APPEND of Sent was answered with NO [TRYCREATE] no such folder during append, expected OK")
        #expect(run.steps.last?.phase == "append")
        #expect(commands.last == "LOGOUT")
    }

    @Test("A message that cannot be found again is a failure, and nothing is removed")
    func hiddenMessage() async throws {
        let (run, place, commands) = try await run(steps: [.append]) { _, _ in nil }
        #expect(
            run.failure
                == "\(place): the message that APPEND put into Sent is not found there again during delete; it may have been moved")
        #expect(!commands.contains { $0.hasPrefix("UID STORE") || $0.contains("EXPUNGE") })
        #expect(commands.last == "LOGOUT")
    }

    @Test("A server without IDLE cannot do what IDLE is for")
    func withoutIdle() async throws {
        let (run, place, _) = try await run(steps: [.idle], capabilities: "UIDPLUS") { _, _ in nil }
        #expect(run.failure == "\(place): the server does not offer IDLE, which the step idle needs; leave idle out of steps")
        #expect(run.steps.last?.phase == "second")
    }

    @Test("A server that keeps a new message to itself fails in idle, and both sessions say goodbye")
    func silentIdle() async throws {
        let (run, place, commands) = try await run(steps: [.idle], timeout: .milliseconds(1500)) { tag, _ in
            tag == "DONE" ? "p3 OK done\r\n" : nil
        }
        #expect(
            run.failure
                == "\(place): timed out during idle: the server took a new message in INBOX and did not tell this session of it in time")
        #expect(run.steps.map(\.phase) == ["resolve", "connect", "greeting", "auth", "select", "second", "store", "idle"])
        #expect(commands.filter { $0 == "LOGOUT" }.count == 2)
        #expect(commands.contains("DONE"))
    }

    @Test("A flag that the second session is not told of fails in flag; without IDLE it asks by NOOP")
    func hiddenFlag() async throws {
        let (run, place, commands) = try await run(steps: [.flag], timeout: .milliseconds(1200), capabilities: "") { _, _ in nil }
        #expect(
            run.failure
                == "\(place) (second session): timed out during flag: the server took a flag in INBOX and did not tell this session of it in time"
        )
        #expect(run.steps.last?.phase == "flag")
        #expect(commands.filter { $0 == "NOOP" }.count > 2)
    }

    @Test("Without IDLE the second session hears of the flag by NOOP")
    func flagByNoop() async throws {
        let isFlagged = Mutex(false)
        let (run, place, _) = try await run(steps: [.flag], capabilities: "UIDPLUS") { tag, command in
            if command.hasPrefix("UID STORE") { isFlagged.withLock { $0 = true } }
            guard command == "NOOP", isFlagged.withLock(\.self) else { return nil }
            // A message before it goes meanwhile.
            return .init("* 2 EXPUNGE\r\n* 3 FETCH (FLAGS (\\Seen \\Flagged))\r\n\(tag) OK done\r\n")
        }
        // This server keeps no headers.
        #expect(
            run.failure
                == "\(place): the message that APPEND put into INBOX is not found there again during delete; it may have been moved")
        #expect(run.steps.map(\.phase).suffix(4) == ["store", "second", "flag", "delete"])
    }

    @Test("A second session that may not sign in says so, as the second")
    func secondRefused() async throws {
        let logins = Mutex(0)
        let (run, place, _) = try await run(steps: [.flag]) { tag, command in
            guard command.hasPrefix("LOGIN"),
                logins.withLock({
                    $0 += 1; return $0
                }) == 2
            else { return nil }
            return .init("\(tag) NO [LIMIT] too many connections\r\n")
        }
        #expect(run.failure == "\(place) (second session): login refused for the account probe: NO [LIMIT] too many connections")
        #expect(run.steps.last?.phase == "second")
    }
}
