import Foundation
import Journeys
import MailClient
import PostwatchModel
import PostwatchRuntime
import Testing

@Suite struct InboundJourneyTests {
    /// A platform with its servers, and a journey through it. The password file is the test's own and removed with it.
    private func withJourney(
        on platform: FakePlatform, clock: WallClock = WallClock(), timeout: Duration = .seconds(20),
        _ body: (any JourneyRunning) async throws -> Void
    ) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("password-\(UUID().uuidString)").path
        try "hunter2hunter2\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let smtp = try await platform.startSMTP()
        let imap = try await platform.startIMAP()
        let configuration = JourneyConfiguration(
            name: "in-1",
            task: InboundTask(
                exchange: SMTPAccess(server: smtp.endpoint, tls: .none, from: "a@outside.test"), to: "probe@example.test",
                mailbox: IMAPAccess(server: imap.endpoint, tls: .none),
                account: MailAccount(username: "probe", password: .file(path))),
            timeout: timeout)
        try await body(try clock.factory.make(configuration))
        try await smtp.stop()
        try await imap.stop()
    }

    private func live(_ journey: any JourneyRunning, _ clock: WallClock) -> [String: Double] {
        Dictionary(
            uniqueKeysWithValues: journey.liveSamples(at: clock.now).map { ($0.labels["outcome"] ?? $0.labels.metricName, $0.value) })
    }

    @Test("A message arrives, is read and removed, and every phase is timed without a gap")
    func arrival() async throws {
        let platform = FakePlatform()
        let clock = WallClock()
        platform.put("Subject: of a person\r\n\r\nhello\r\n")
        try await withJourney(on: platform, clock: clock) { journey in
            #expect(live(journey, clock) == ["probe_message_outstanding_seconds": 0, "inbox": 0, "late": 0, "lost": 0])
            let run = await journey.run()
            #expect(run.failure == nil)
            #expect(
                run.steps.map { "\($0.wire) \($0.phase)" } == [
                    "smtp resolve", "smtp connect", "smtp greeting", "smtp ehlo", "smtp mail", "smtp rcpt", "smtp data", "smtp accept",
                    "smtp quit", "delivery arrival", "imap fetch", "imap delete", "imap logout",
                ])
            var end = Duration.zero
            for step in run.steps {
                #expect(step.offset == end)
                end += step.duration
            }
            #expect(end == run.duration)
            #expect(live(journey, clock) == ["probe_message_outstanding_seconds": 0, "inbox": 1, "late": 0, "lost": 0])
        }
        #expect(platform.messages.map(\.text) == ["Subject: of a person\r\n\r\nhello\r\n"])
        #expect(platform.commands.last == "LOGOUT")
        #expect(!platform.commands.contains("EXPUNGE"))
    }

    @Test("A run tells the way of its message: who accepted it as what, when it was seen, and the marks of the hops")
    func passage() async throws {
        let platform = FakePlatform(marks: [
            "Received: from mx-1.example.test by store.example.test with LMTP id s/1; Sat, 28 Nov 2026 22:05:02 +0000",
            "Received: from probe by mx-1.example.test (Postfix) with ESMTP id 3F2A1; Sat, 28 Nov 2026 22:05:01 +0000",
        ])
        try await withJourney(on: platform) { journey in
            let run = await journey.run()
            let passage = try #require(run.passage)
            #expect(passage.journey == "in-1" && passage.queueID == "3F2A1" && passage.reply == "250 2.0.0 Ok: queued as 3F2A1")
            #expect(passage.phases.map(\.name) == ["resolve", "connect", "greeting", "ehlo", "mail", "rcpt", "data", "accept"])
            let arrival = try #require(run.steps.first { $0.phase == "arrival" })
            #expect(passage.visibleAt == run.startedAt + arrival.offset + arrival.duration)
            #expect(passage.marks.map(\.host) == ["mx-1.example.test", "store.example.test"])
            #expect(passage.marks.map(\.queueID) == ["3F2A1", "s/1"])
            #expect(passage.marks.map(\.isByLMTP) == [false, true])
            #expect(passage.isPlausible)
        }
    }

    @Test("Without UIDPLUS a probe is only flagged: a plain EXPUNGE would remove what others have flagged")
    func withoutUIDPlus() async throws {
        let platform = FakePlatform(hasUIDPlus: false)
        try await withJourney(on: platform) { journey in
            #expect(await journey.run().failure == nil)
            #expect(await journey.run().failure == nil)
        }
        #expect(platform.messages.map(\.isDeleted) == [true, true])
        #expect(!platform.commands.contains { $0.contains("EXPUNGE") })
    }

    @Test("A message that is held back fails its run by the queue's name, ages meanwhile, and is booked as late when it comes")
    func lateness() async throws {
        let platform = FakePlatform()
        let clock = WallClock()
        platform.hold()
        try await withJourney(on: platform, clock: clock, timeout: .seconds(5)) { journey in
            let run = await journey.run()
            #expect(run.failure?.hasSuffix("(queued as 3F2A1) but not seen in the mailbox within 5s") == true)
            #expect(run.steps.last?.phase == "arrival")
            #expect(run.steps.last?.failure == run.failure)
            #expect(platform.commands.last == "LOGOUT")
            clock.advance(by: .seconds(45))
            #expect(live(journey, clock)["probe_message_outstanding_seconds"] == 45)
            platform.release()
            #expect(await journey.run().failure == nil)
            #expect(live(journey, clock) == ["probe_message_outstanding_seconds": 0, "inbox": 1, "late": 1, "lost": 0])
        }
        #expect(platform.messages.isEmpty)
    }

    @Test("A message that never comes is lost after its time; should it come then, it is removed and not counted again")
    func loss() async throws {
        let platform = FakePlatform()
        let clock = WallClock()
        platform.hold()
        try await withJourney(on: platform, clock: clock, timeout: .seconds(5)) { journey in
            #expect(await journey.run().failure != nil)
            clock.advance(by: .seconds(900))
            #expect(live(journey, clock) == ["probe_message_outstanding_seconds": 0, "inbox": 0, "late": 0, "lost": 1])
            platform.release()
            #expect(await journey.run().failure == nil)
            #expect(live(journey, clock) == ["probe_message_outstanding_seconds": 0, "inbox": 1, "late": 0, "lost": 1])
        }
        #expect(platform.messages.isEmpty)
    }

    @Test("Runs of one journey may overlap; each gets its own message")
    func overlap() async throws {
        let platform = FakePlatform()
        let clock = WallClock()
        try await withJourney(on: platform, clock: clock) { journey in
            let failures = await withTaskGroup(of: String?.self) { group in
                for _ in 0..<8 { group.addTask { await journey.run().failure } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(failures.allSatisfy { $0 == nil })
            #expect(live(journey, clock)["inbox"] == 8)
        }
        #expect(platform.messages.isEmpty)
    }

    @Test("A message with a forged header is left alone")
    func forgery() async throws {
        let platform = FakePlatform()
        let forged = "X-Postwatch-Probe: in-1;00-1;0;\(String(repeating: "0", count: 64))\r\n\r\nmine\r\n"
        platform.put(forged)
        try await withJourney(on: platform) { journey in #expect(await journey.run().failure == nil) }
        #expect(platform.messages.map(\.text) == [forged])
    }
}
