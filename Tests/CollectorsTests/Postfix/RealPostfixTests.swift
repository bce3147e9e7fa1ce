import Glibc
import PostwatchModel
import PostwatchRuntime
import Synchronization
import TestSupport
import Testing

@testable import Collectors

@Suite("A real Postfix")
struct RealPostfixTests {
    @Test("names both destinations that put mail off, with counts, ages and reasons; and is down when it is stopped")
    func destinations() async throws {
        let postfix = try RealPostfix()
        let collector = PostfixQueueCollector(name: "postfix", settings: postfix.settings, timeout: .seconds(5), world: .manual())
        try await Self.wait("Postfix to listen") { postfix.log.contains("daemon started") }
        try postfix.send(3, to: "somebody@refused.example")
        try postfix.send(2, to: "somebody@greylisted.example")
        try await Self.wait("five deferred messages") { postfix.log.split(separator: "\n").count { $0.contains("status=deferred") } >= 5 }
        try await Self.wait("the queue manager to be done") { postfix.deferred.count == 5 }

        let moment = Self.now + .seconds(600)
        let metrics = Metrics(try collector.measure(at: moment))
        let name = "postfix_queue_destination"
        #expect(metrics["\(name)_messages{destination=\"refused.example\", reason=\"connect_refused\"}"] == 3)
        #expect(metrics["\(name)_messages{destination=\"greylisted.example\", reason=\"greylisting\"}"] == 2)
        for (destination, reason) in [("refused", "connect_refused"), ("greylisted", "greylisting")] {
            let age = metrics["\(name)_oldest_message_age_seconds{destination=\"\(destination).example\", reason=\"\(reason)\"}"] ?? 0
            #expect((600...660).contains(age), "\(destination): \(age)")
            #expect(metrics["\(name)_message_age_seconds_bucket{destination=\"\(destination).example\", le=\"300\"}"] == 0)
        }
        #expect(metrics["postfix_showq_queue_depth{queue=\"deferred\"}"] == 5)

        let processes = PostfixProcessCollector(name: "postfix_processes", settings: postfix.settings, files: HostFiles())
        let counted = Metrics(try processes.measure(at: moment))
        #expect(counted["postfix_processes{service=\"qmgr\", type=\"unix\"}"] == 1)
        #expect(counted["postfix_process_limit{service=\"\(RealPostfix.address):\(postfix.port)\", type=\"inet\"}"] == 30)
        #expect((counted["postfix_processes{service=\"\(RealPostfix.address):\(postfix.port)\", type=\"inet\"}"] ?? 0) > 0)

        postfix.stop()
        // The children of a master that has ended may live a moment longer.
        try await Self.wait("nobody to listen any more") {
            do throws(CollectionFailure) {
                _ = try collector.measure(at: moment)
                return false
            } catch {
                return "\(error)".hasSuffix("nobody listens; Postfix is not running")
            }
        }
        let path = postfix.settings.socketPath
        #expect(Metrics(collector.measurements(after: .stopped)).values == ["postfix_up{path=\"\(path)\"}": 0])
        try await Self.wait("the queue manager to be gone") {
            Metrics(try processes.measure(at: moment))["postfix_processes{service=\"qmgr\", type=\"unix\"}"] == 0
        }
    }

    @Test("loses none of 10,000 messages, and the one that is removed from the spool by hand is named", .timeLimit(.minutes(3)))
    func ledger() async throws {
        let postfix = try RealPostfix()
        try await Self.wait("Postfix to listen") { postfix.log.contains("daemon started") }
        let told = Mutex<[MailLogNotice]>([])
        let watch = MailLogWatch(
            [MailLogSettings(path: postfix.logPath, from: .start)], dataDirectory: nil, world: .manual(at: Self.now)
        ) { _, notice in told.withLock { $0.append(notice) } }
        defer { watch.stop() }
        let follower = try #require(watch.follower(of: nil))
        let collector = PostfixQueueCollector(
            name: "postfix", settings: postfix.settings, log: follower, timeout: .seconds(30), world: .manual(), comparisonInterval: .zero)
        let log = MailLogCollector(name: "mail_logs", follower: follower)

        try postfix.send(10_000, to: "somebody@sent.example")
        try await Self.wait("the log of 10,000 messages") {
            Metrics(try log.measure(at: Self.now))["postfix_messages_ended_total{outcome=\"delivered\"}"] == 10_000
        }
        // Twice, and long after the last line: whatever is not explained would be called lost.
        for minutes in [10, 20] { try Self.compare(collector, log, after: minutes) }
        var counted = Metrics(try log.measure(at: Self.now))
        #expect(counted["postfix_messages_accepted_total"] == 10_000)
        #expect(counted["postfix_messages_ended_total{outcome=\"vanished\"}"] == 0)
        #expect(counted.names(withPrefix: "mail_log_lost_message").isEmpty)
        #expect(told.withLock { $0 }.isEmpty)

        try postfix.send(3, to: "somebody@refused.example")
        try await Self.wait("three deferred messages") { postfix.deferred.values.count { $0.count == 2 } == 3 }
        let victim = try #require(postfix.deferred.first)
        for path in victim.value { unlink(path) }
        for minutes in [30, 40] { try Self.compare(collector, log, after: minutes) }
        counted = Metrics(try log.measure(at: Self.now))
        #expect(counted["postfix_messages_ended_total{outcome=\"vanished\"}"] == 1)
        let lost = counted.names(withPrefix: "mail_log_lost_message_last_seen_timestamp_seconds")
        #expect(lost.count == 1)
        #expect(lost.allSatisfy { $0.contains("queue_id=\"\(victim.key)\"") && $0.contains("outcome=\"vanished\"") })
        #expect(told.withLock { $0 }.map { "\($0)".contains("the message \(victim.key) of postfix vanished") } == [true])
        let compared = Metrics(try collector.measure(at: Self.now))["postfix_ledger_compared_timestamp_seconds"] ?? 0
        #expect(compared > 0)
    }

    /// Takes what the log says, then lists the queue, as if it was so many minutes later.
    private static func compare(_ collector: PostfixQueueCollector, _ log: MailLogCollector, after minutes: Int) throws {
        let moment = now + .seconds(60 * minutes)
        _ = try log.measure(at: moment)
        _ = try collector.measure(at: moment)
    }

    private static var now: Timestamp { Timestamp(milliseconds: Int64(time(nil)) * 1000) }

    /// Polls; at most 60 s.
    private static func wait(_ what: String, until isMet: () throws -> Bool) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(60)
        while try !isMet() {
            guard clock.now < deadline else { throw RealPostfix.NotPossible(description: "waited in vain for \(what)") }
            try await clock.sleep(for: .milliseconds(20))
        }
    }
}
