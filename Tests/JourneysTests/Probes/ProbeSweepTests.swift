import Foundation
import MailClient
import MailWire
import NIOPosix
import PostwatchModel
import PostwatchRuntime
import Synchronization
import TestSupport
import Testing

@testable import Journeys

@Suite struct ProbeSweepTests {
    private func listing(_ name: String, _ attributes: String..., delimiter: String? = "/") -> IMAPListing {
        IMAPListing(attributes: attributes, delimiter: delimiter, name: name)
    }

    @Test("The folder for unwanted mail is the one that is marked so, else the one that is called so")
    func junk() {
        #expect(ProbeSweep.junk(among: [listing("INBOX"), listing("Spam"), listing("Werbung", "\\HasNoChildren", "\\JUNK")]) == "Werbung")
        #expect(ProbeSweep.junk(among: [listing("INBOX"), listing("SPAM")]) == "SPAM")
        #expect(ProbeSweep.junk(among: [listing("INBOX.Junk", delimiter: ".")]) == "INBOX.Junk")
        #expect(ProbeSweep.junk(among: [listing("junk", delimiter: nil)]) == "junk")
        #expect(ProbeSweep.junk(among: [listing("Junk", "\\Noselect"), listing("Spam", "\\NonExistent")]) == nil)
        #expect(ProbeSweep.junk(among: [listing("Junkyard"), listing("Not Spam"), listing("a/junk/b")]) == nil)
        #expect(ProbeSweep.junk(among: []) == nil)
    }

    /// A journey from `a@outside.test` into the mailbox of a platform, with what it needs.
    private func withJourney(
        on platform: FakePlatform, sender: FakePlatform = FakePlatform(), clock: WallClock = WallClock(), timeout: Duration = .seconds(30),
        probes: ProbeAccounting = ProbeAccounting(), _ body: (any JourneyRunning) async throws -> Void
    ) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("password-\(UUID().uuidString)").path
        try "hunter2hunter2\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (smtp, imap) = (try await platform.startSMTP(), try await platform.startIMAP())
        let senderIMAP = try await sender.startIMAP()
        let account = MailAccount(username: "probe", password: .file(path))
        let task = InboundTask(
            exchange: SMTPAccess(server: smtp.endpoint, tls: .none, from: "a@outside.test"), to: "probe@example.test",
            mailbox: IMAPAccess(server: imap.endpoint, tls: .none), account: account,
            bounces: IMAPAccess(server: senderIMAP.endpoint, tls: .none, account: account))
        try await body(try clock.factory(probes: probes).make(JourneyConfiguration(name: "in-1", task: task, timeout: timeout)))
        try await smtp.stop()
        try await imap.stop()
        try await senderIMAP.stop()
    }

    @Test("A report in the sender's mailbox ends a message of an earlier run as bounced; a warning about a delay does not")
    func senderMailbox() async throws {
        let (platform, sender, clock) = (FakePlatform(), FakePlatform(), WallClock())
        platform.hold()
        sender.put("Subject: of a person\r\n\r\nhello\r\n")
        func report(_ action: String, on text: String) -> String {
            "Content-Type: multipart/report; report-type=delivery-status\r\n\r\nAction: \(action)\r\n"
                + "Diagnostic-Code: smtp; 550 5.2.2 over quota\r\n\r\n\(text)"
        }
        try await withJourney(on: platform, sender: sender, clock: clock, timeout: .seconds(2)) { journey in
            for _ in 0..<2 { #expect(await journey.run().failure != nil) }
            sender.put(report("failed", on: platform.taken[0]))
            sender.put(report("delayed", on: platform.taken[1]))
            platform.drop()
            platform.release()
            #expect(await journey.run().failure == nil)
            let values = journey.liveSamples(at: clock.now).filter { $0.value != 0 }
                .map { "\($0.labels.metricName) \($0.labels["outcome"] ?? "")" }
            #expect(
                Set(values) == [
                    "probe_messages_outstanding ", "probe_messages_sent_total ", "probe_messages_total bounced",
                    "probe_messages_total inbox", "probe_bounce_mailbox_up ",
                ])
        }
        #expect(sender.messages.map(\.text) == ["Subject: of a person\r\n\r\nhello\r\n"])
    }

    @Test("However many old messages lie there, one sweep removes them, and leaves those of others that are young")
    func many() async throws {
        let platform = FakePlatform()
        let clock = WallClock()
        let key = ProbeSigningKey(Array("a key of the tests".utf8))
        func put(_ id: String, age: Duration) {
            let mark = ProbeMark(journey: "in-1", id: id, sentAt: clock.now - age)
            let message = ProbeMessage(mark: mark, sender: "", recipient: "probe@example.test", host: "probe.test")
            platform.put(String(decoding: message.bytes(signedWith: key), as: UTF8.self))
        }
        for number in 0..<250 { put("ffffffff-\(number)", age: .seconds(1801)) }
        put("ffffffff-young", age: .seconds(1700))
        try await withJourney(on: platform, clock: clock) { journey in
            #expect(await journey.run().failure == nil)
            let booked = journey.liveSamples(at: clock.now).filter { $0.labels.metricName == "probe_messages_total" }
            #expect(booked.reduce(0) { $0 + $1.value } == 1)
        }
        #expect(platform.messages.count == 1)
        #expect(platform.messages.first?.text.contains("ffffffff-young") == true)
    }

    @Test("A disk that hangs holds a run up for a moment, is told, and breaks nothing; also where it is asked for what it knows")
    func hangingDisk() async throws {
        let told = Mutex<[ProbeNews]>([])
        let disk = HangingDisk()
        let probes = ProbeAccounting(recording: disk) { news in told.withLock { $0.append(news) } }
        let platform = FakePlatform()
        let clock = WallClock()
        // One of ours that nobody remembers: the books on disk are asked.
        let mark = ProbeMark(journey: "in-1", id: "ffffffff-1", sentAt: clock.now - .seconds(60))
        let message = ProbeMessage(mark: mark, sender: "", recipient: "probe@example.test", host: "probe.test")
        platform.put(String(decoding: message.bytes(signedWith: ProbeSigningKey(Array("a key of the tests".utf8))), as: UTF8.self))
        try await withJourney(on: platform, clock: clock, probes: probes) { journey in
            #expect(await journey.run().failure == nil)
        }
        let silent = ProbeNews.notRecorded(reason: "the disk did not answer in time")
        #expect(told.withLock(\.self).count >= 3 && told.withLock(\.self).allSatisfy { $0 == silent })
        // However many ask, one waits for the disk.
        #expect(disk.flushes.value.count == 1 && disk.readings.value.count == 1)
        disk.release()
    }

    @Test("A run that is called off while the disk hangs ends at once")
    func callingOff() async throws {
        let disk = HangingDisk()
        let probes = ProbeAccounting(recording: disk)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await probes.persist(before: .distantFuture, on: loop) }
            while disk.flushes.value.isEmpty { await Task.yield() }
            group.cancelAll()
        }
        #expect(disk.flushes.value.count == 1)
        disk.release()
    }
}
