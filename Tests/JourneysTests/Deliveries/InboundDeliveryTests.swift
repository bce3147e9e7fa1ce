import Foundation
import Journeys
import MailClient
import PostwatchModel
import PostwatchRuntime
import Synchronization
import Testing

@Suite struct InboundJourneyTests {
    /// A platform with its servers, and a journey through it. The password file is the test's own and removed with it.
    private func withJourney(
        on platform: FakePlatform, clock: WallClock = WallClock(), timeout: Duration = .seconds(20), from: String = "a@outside.test",
        probes: ProbeAccounting = ProbeAccounting(), mailbox: Endpoint? = nil,
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
                exchange: SMTPAccess(server: smtp.endpoint, tls: .none, from: from), to: "probe@example.test",
                mailbox: IMAPAccess(server: mailbox ?? imap.endpoint, tls: .none),
                account: MailAccount(username: "probe", password: .file(path))),
            timeout: timeout)
        try await body(try clock.factory(probes: probes).make(configuration))
        try await smtp.stop()
        try await imap.stop()
    }

    @Test("A message arrives, is read and removed, and every phase is timed without a gap")
    func arrival() async throws {
        let platform = FakePlatform()
        let clock = WallClock()
        platform.put("Subject: of a person\r\n\r\nhello\r\n")
        try await withJourney(on: platform, clock: clock) { journey in
            #expect(journey.books(at: clock).isEmpty)
            #expect(journey.liveSamples(at: clock.now).count == 5 + 2 * ProbeOutcome.allCases.count)
            let run = await journey.run()
            #expect(run.failure == nil)
            #expect(
                run.steps.map { "\($0.wire) \($0.phase)" } == [
                    "imap resolve", "imap connect", "imap greeting", "imap auth", "imap select", "smtp resolve", "smtp connect",
                    "smtp greeting", "smtp ehlo", "smtp mail", "smtp rcpt", "smtp data", "smtp accept",
                    "smtp quit", "delivery arrival", "imap fetch", "delivery book", "imap delete", "imap sweep", "imap logout",
                ])
            var end = Duration.zero
            for step in run.steps {
                #expect(step.offset == end)
                end += step.duration
            }
            #expect(end == run.duration)
            #expect(journey.books(at: clock) == ["probe_messages_sent_total": 1, "inbox": 1])
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
            let first = try #require(run.steps.first { $0.wire == "smtp" })
            #expect(passage.startedAt == run.startedAt + first.offset)
            #expect(passage.phases.map(\.name) == ["resolve", "connect", "greeting", "ehlo", "mail", "rcpt", "data", "accept"])
            let arrival = try #require(run.steps.first { $0.phase == "arrival" })
            #expect(passage.visibleAt == run.startedAt + arrival.offset + arrival.duration)
            #expect(passage.marks.map(\.host) == ["mx-1.example.test", "store.example.test"])
            #expect(passage.marks.map(\.queueID) == ["3F2A1", "s/1"])
            #expect(passage.marks.map(\.isByLMTP) == [false, true])
            #expect(passage.isPlausible)
        }
    }

    @Test("A mailbox that lets nobody in fails its own phase, holds up no message, and is asked once")
    func closedMailbox() async throws {
        let platform = FakePlatform()
        platform.refusesLogins = true
        let clock = WallClock()
        try await withJourney(on: platform, clock: clock) { journey in
            let run = await journey.run()
            #expect(run.failure?.hasSuffix(": login refused for the account probe: NO [UNAVAILABLE] not now") == true)
            #expect(
                run.steps.map(\.phase) == [
                    "resolve", "connect", "greeting", "auth", "resolve", "connect", "greeting", "ehlo", "mail", "rcpt", "data", "accept",
                    "quit",
                ])
            #expect(run.steps.filter { $0.failure != nil }.map { "\($0.wire) \($0.phase)" } == ["imap auth"])
            #expect(run.passage?.phases.first?.name == "resolve" && run.passage?.visibleAt == nil)
            #expect(journey.books(at: clock) == ["probe_messages_outstanding": 1, "probe_messages_sent_total": 1])
            #expect(platform.commands.filter { $0.hasPrefix("LOGIN") }.count == 1)
            platform.refusesLogins = false
            #expect(await journey.run().failure == nil)
            #expect(journey.books(at: clock) == ["probe_messages_sent_total": 2, "inbox": 2])
        }
        #expect(platform.messages.isEmpty)
    }

    @Test("A mailbox that takes too long is opened anew behind the word of acceptance")
    func slowMailbox() async throws {
        let platform = FakePlatform()
        let connections = Mutex(0)
        let imap = try await ScriptedServer.start(greeting: FakePlatform.imapGreeting) {
            let number = connections.withLock { count in
                count += 1
                return count
            }
            let script = platform.imapScript()
            return { line in number == 1 ? .silence : script(line) }
        }
        try await withJourney(on: platform, timeout: .seconds(4), mailbox: imap.endpoint) { journey in
            let run = await journey.run()
            #expect(run.failure == nil)
            #expect(run.steps.allSatisfy { $0.failure == nil })
            let steps = run.steps.map { "\($0.wire) \($0.phase)" }
            #expect(steps.prefix(5) == ["imap resolve", "imap connect", "imap greeting", "imap auth", "smtp resolve"])
            let behind = steps.drop { $0 != "smtp quit" }.dropFirst()
            #expect(
                behind.prefix(6) == [
                    "imap resolve", "imap connect", "imap greeting", "imap auth", "imap select", "delivery arrival",
                ])
            #expect(run.steps.reduce(.zero) { $0 + $1.duration } == run.duration)
        }
        #expect(platform.messages.isEmpty)
        try await imap.stop()
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
            #expect(
                journey.books(at: clock) == [
                    "probe_message_outstanding_seconds": 45, "probe_messages_outstanding": 1, "probe_messages_sent_total": 1,
                ])
            platform.release()
            #expect(await journey.run().failure == nil)
            #expect(journey.books(at: clock) == ["probe_messages_sent_total": 2, "inbox": 1, "late": 1])
        }
        #expect(platform.messages.isEmpty)
    }

    @Test("A message that never comes is lost once a look has missed it after its time, and is named by the queue's name")
    func loss() async throws {
        let platform = FakePlatform()
        let clock = WallClock()
        let told = Mutex<[ProbeNews]>([])
        let ended = Mutex<[ProbeRecord]>([])
        platform.hold()
        let probes = ProbeAccounting(
            report: { news in told.withLock { $0.append(news) } }, ended: { records in ended.withLock { $0 += records } })
        try await withJourney(on: platform, clock: clock, timeout: .seconds(5), probes: probes) { journey in
            #expect(await journey.run().failure != nil)
            platform.drop()
            clock.advance(by: .seconds(900))
            #expect(journey.books(at: clock)["lost"] == nil)
            platform.release()
            #expect(await journey.run().failure == nil)
            #expect(journey.books(at: clock) == ["probe_messages_sent_total": 2, "inbox": 1, "lost": 1])
        }
        let news = told.withLock(\.self)
        guard news.count == 1, case .lost(let record) = news[0] else {
            Issue.record("\(news)")
            return
        }
        #expect(record.queueID == "3F2A1")
        // Whoever hears of ends hears of each once, as they are booked.
        #expect(Set(ended.withLock(\.self).map(\.stage)) == [.settled(.lost), .settled(.inbox)] && ended.withLock(\.self).count == 2)
        #expect(ended.withLock(\.self).contains(record))
        #expect(record.whereabouts.hasSuffix("(queued as 3F2A1)"))
        #expect(record.id.contains("-"))
    }

    @Test("A message that comes after it was lost is removed, and its loss corrected where it can be seen")
    func foundAfterLoss() async throws {
        let platform = FakePlatform()
        let clock = WallClock()
        platform.hold()
        try await withJourney(on: platform, clock: clock, timeout: .seconds(5)) { journey in
            #expect(await journey.run().failure != nil)
            clock.advance(by: .seconds(1800))
            #expect(journey.books(at: clock)["lost"] == 1)
            platform.release()
            #expect(await journey.run().failure == nil)
            #expect(journey.books(at: clock) == ["probe_messages_sent_total": 2, "inbox": 1, "late": 1])
            let corrected = journey.liveSamples(at: clock.now).filter {
                $0.labels.metricName == "probe_messages_corrected_total" && $0.value > 0
            }
            #expect(corrected.map { $0.labels["outcome"] } == ["lost"])
        }
        #expect(platform.messages.isEmpty)
    }

    @Test("A message that is filed as junk fails its run with the folder's name, is booked as such and removed")
    func junk() async throws {
        let platform = FakePlatform()
        let clock = WallClock()
        platform.file(into: "Spam")
        try await withJourney(on: platform, clock: clock) { journey in
            #expect(await journey.run().failure?.hasSuffix("(queued as 3F2A1) but filed in the folder Spam instead of INBOX") == true)
            #expect(journey.books(at: clock) == ["probe_messages_sent_total": 1, "junk": 1])
        }
        #expect(platform.messages.isEmpty)
        #expect(platform.commands.last == "LOGOUT")
    }

    @Test("A message that is delivered twice is a duplicate, in one folder or in two, at once or later; all copies are removed")
    func duplicates() async throws {
        let platform = FakePlatform()
        let clock = WallClock()
        try await withJourney(on: platform, clock: clock) { journey in
            platform.file(into: "INBOX", "INBOX")
            #expect(await journey.run().failure == nil)
            #expect(journey.books(at: clock) == ["probe_messages_sent_total": 1, "duplicate": 1])
            platform.file(into: "INBOX", "Spam")
            #expect(await journey.run().failure == nil)
            #expect(journey.books(at: clock) == ["probe_messages_sent_total": 2, "duplicate": 2])
            #expect(platform.messages.isEmpty)
            platform.file(into: "INBOX", "Later")
            #expect(await journey.run().failure == nil)
            let copy = try #require(platform.messages.first)
            platform.put(copy.text)
            platform.file(into: "INBOX")
            #expect(await journey.run().failure == nil)
            #expect(journey.books(at: clock) == ["probe_messages_sent_total": 4, "duplicate": 3, "inbox": 1])
        }
        #expect(platform.messages.map(\.folder) == ["Later"])
    }

    @Test("A report that comes back to the sender ends its message as bounced, with the reason in the run's sentence")
    func bounce() async throws {
        let platform = FakePlatform()
        let clock = WallClock()
        platform.bounce(with: "smtp; 550 5.7.1 refused")
        try await withJourney(on: platform, clock: clock, from: "Probe@example.test") { journey in
            #expect(await journey.run().failure?.hasSuffix("(queued as 3F2A1) but bounced: 550 5.7.1 refused") == true)
            #expect(journey.books(at: clock) == ["probe_messages_sent_total": 1, "bounced": 1])
        }
        #expect(platform.messages.isEmpty)
    }

    @Test("A server that takes the message and never answers leaves it unconfirmed; one that refuses it leaves nothing")
    func acceptance() async throws {
        let platform = FakePlatform()
        let clock = WallClock()
        try await withJourney(on: platform, clock: clock, timeout: .seconds(1)) { journey in
            platform.answerToMessage = ""
            #expect(await journey.run().failure != nil)
            #expect(journey.books(at: clock) == ["probe_messages_unconfirmed": 1])
            platform.answerToMessage = "452 4.3.1 full\r\n"
            platform.hold()
            #expect(await journey.run().failure != nil)
            #expect(journey.books(at: clock) == ["probe_messages_unconfirmed": 1, "probe_messages_unsent_total": 1])
        }
    }

    @Test("A journey of the next process takes over what is outstanding, and knows what has ended")
    func restart() async throws {
        let platform = FakePlatform()
        let clock = WallClock()
        let disk = ProbeDisk()
        platform.hold()
        try await withJourney(on: platform, clock: clock, timeout: .seconds(2), probes: ProbeAccounting(recording: disk)) { journey in
            #expect(await journey.run().failure != nil)
        }
        clock.advance(by: .seconds(100))
        try await withJourney(on: platform, clock: clock, probes: ProbeAccounting(recording: disk)) { journey in
            #expect(journey.books(at: clock)["probe_message_outstanding_seconds"] == 100)
            platform.release()
            #expect(await journey.run().failure == nil)
            #expect(journey.books(at: clock) == ["probe_messages_sent_total": 2, "inbox": 1, "late": 1])
        }
        let settled = try #require(disk.records.values.first { $0.stage == .settled(.inbox) })
        platform.put(try #require(platform.taken.first { $0.contains(settled.id) }))
        try await withJourney(on: platform, clock: clock, probes: ProbeAccounting(recording: disk)) { journey in
            #expect(await journey.run().failure == nil)
            #expect(journey.books(at: clock) == ["probe_messages_sent_total": 3, "inbox": 1, "late": 1, "duplicate": 1])
        }
        #expect(platform.messages.isEmpty)
    }

    @Test("A message is written down before it is handed over, and its end before it is deleted")
    func order() async throws {
        let platform = FakePlatform()
        let disk = ProbeDisk()
        let seen = Mutex<[String]>([])
        platform.watch { event in
            let stages = disk.records.values.map { "\($0.stage)" }
            seen.withLock { $0.append("\(event): \(stages.joined(separator: ","))") }
        }
        try await withJourney(on: platform, probes: ProbeAccounting(recording: disk)) { journey in
            #expect(await journey.run().failure == nil)
        }
        #expect(seen.withLock(\.self) == ["taken: begun", "flagged: settled(PostwatchModel.ProbeOutcome.inbox)"])
    }

    @Test("Books that cannot be kept are told, and measuring goes on")
    func fullDisk() async throws {
        let platform = FakePlatform()
        let clock = WallClock()
        let disk = ProbeDisk(isBroken: true)
        let told = Mutex<[ProbeNews]>([])
        let books = ProbeAccounting(recording: disk) { news in told.withLock { $0.append(news) } }
        try await withJourney(on: platform, clock: clock, probes: books) { journey in
            #expect(await journey.run().failure == nil)
            #expect(journey.books(at: clock) == ["probe_messages_sent_total": 1, "inbox": 1])
        }
        #expect(told.withLock(\.self) == [.notRecorded(reason: "no space"), .notRecorded(reason: "no space")])
    }

    @Test("What becomes of a message may be told from elsewhere, by its id")
    func told() async throws {
        let platform = FakePlatform()
        let clock = WallClock()
        let disk = ProbeDisk()
        let books = ProbeAccounting(recording: disk)
        platform.hold()
        try await withJourney(on: platform, clock: clock, timeout: .seconds(2), probes: books) { journey in
            #expect(await journey.run().failure != nil)
            let id = try #require(disk.records.keys.first)
            #expect(await books.settle(id, as: .bounced, because: "554 5.7.1", at: clock.now))
            #expect(await !books.settle("00-00", as: .bounced, at: clock.now))
            #expect(journey.books(at: clock) == ["probe_messages_sent_total": 1, "bounced": 1])
            #expect(disk.records[id]?.reason == "554 5.7.1")
        }
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
            #expect(journey.books(at: clock) == ["probe_messages_sent_total": 8, "inbox": 8])
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
