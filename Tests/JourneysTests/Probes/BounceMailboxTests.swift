import Foundation
import MailClient
import PostwatchModel
import PostwatchRuntime
import Synchronization
import TestSupport
import Testing

@testable import Journeys

@Suite struct BounceMailboxTests {
    private let clock = WallClock()
    private let directory = TestDirectory()

    /// Journeys from one sender into the mailbox of a platform.
    private func withJourneys(
        _ names: String..., on platform: FakePlatform, senderAt sender: Endpoint, probes: ProbeAccounting = ProbeAccounting(),
        _ body: ([any JourneyRunning]) async throws -> Void
    ) async throws {
        try directory.write(Array("hunter2hunter2".utf8), to: "password")
        let (smtp, imap) = (try await platform.startSMTP(), try await platform.startIMAP())
        let account = MailAccount(username: "probe", password: .file(directory.path + "/password"))
        let task = InboundTask(
            exchange: SMTPAccess(server: smtp.endpoint, tls: .none, from: "a@outside.test"), to: "probe@example.test",
            mailbox: IMAPAccess(server: imap.endpoint, tls: .none), account: account,
            bounces: IMAPAccess(server: sender, tls: .none, account: account))
        let factory = clock.factory(probes: probes)
        try await body(names.map { try factory.make(JourneyConfiguration(name: $0, task: task, timeout: .seconds(1))) })
        try await smtp.stop()
        try await imap.stop()
    }

    private func value(_ metric: String, _ outcome: String? = nil, of journey: any JourneyRunning) -> Double? {
        journey.liveSamples(at: clock.now).first { $0.labels.metricName == metric && $0.labels["outcome"] == outcome }?.value
    }

    @Test("Journeys that have the same sender share its mailbox: one of them signs in, and all hear what is reported")
    func sharing() async throws {
        let (platform, sender) = (FakePlatform(), FakePlatform())
        platform.hold()
        let server = try await sender.startIMAP()
        try await withJourneys("in-1", "in-2", "in-3", on: platform, senderAt: server.endpoint) { journeys in
            for journey in journeys { #expect(await journey.run().failure != nil) }
            for text in platform.taken {
                sender.put("Content-Type: multipart/report; report-type=delivery-status\r\n\r\nAction: failed\r\n\r\n\(text)")
            }
            platform.drop()
            platform.release()
            for journey in journeys { #expect(await journey.run().failure == nil) }
            for journey in journeys { #expect(value("probe_messages_total", "bounced", of: journey) == 1) }
            for journey in journeys { #expect(value("probe_bounce_mailbox_up", of: journey) == 1) }
        }
        #expect(sender.messages.isEmpty)
        #expect(sender.commands.count { $0.hasPrefix("LOGIN") } == 1)
        try await server.stop()
    }

    @Test("For all reports of a look the disk is asked once")
    func oneQuestion() async throws {
        let (platform, sender, disk) = (FakePlatform(), FakePlatform(), ProbeDisk())
        let server = try await sender.startIMAP()
        let key = ProbeSigningKey(Array("a key of the tests".utf8))
        for number in 1...3 {
            let mark = ProbeMark(journey: "in-1", id: "ffffffff-\(number)", sentAt: clock.now)
            let message = ProbeMessage(mark: mark, sender: "", recipient: "probe@example.test", host: "probe.test")
            let text = String(decoding: message.bytes(signedWith: key), as: UTF8.self)
            sender.put("Content-Type: multipart/report; report-type=delivery-status\r\n\r\nAction: failed\r\n\r\n\(text)")
        }
        let probes = ProbeAccounting(recording: disk)
        try await withJourneys("in-1", on: platform, senderAt: server.endpoint, probes: probes) { journeys in
            #expect(await journeys[0].run().failure == nil)
        }
        #expect(disk.questions == [["ffffffff-1", "ffffffff-2", "ffffffff-3"]])
        // Another vantage's are left to it.
        #expect(sender.messages.count == 3)
        try await server.stop()
    }

    @Test("A mailbox that cannot be read is told of once, also when nobody needs it, and so is that it can be read again")
    func unreadable() async throws {
        let isOpen = Shared(false)
        let logins = Shared(0)
        let server = try await ScriptedServer.start(greeting: "* OK ready\r\n") {
            { line in
                let words = line.split(separator: " ")
                if words[1] == "LOGIN" { logins.withLock { $0 += 1 } }
                if words[1] == "LOGIN", !isOpen.value { return .init("\(words[0]) NO not with hunter2hunter2\r\n") }
                return .init("* CAPABILITY IMAP4rev1 UIDPLUS\r\n\(words[0]) OK done\r\n", hangsUp: words[1] == "LOGOUT")
            }
        }
        let told = Mutex<[ProbeNews]>([])
        let probes = ProbeAccounting { news in told.withLock { $0.append(news) } }
        try await withJourneys("in-1", on: FakePlatform(), senderAt: server.endpoint, probes: probes) { journeys in
            #expect(value("probe_bounce_mailbox_up", of: journeys[0]) == nil)
            for _ in 0..<3 {
                #expect(await journeys[0].run().failure == nil)
                #expect(value("probe_bounce_mailbox_up", of: journeys[0]) == 0)
                // Tried again soon, and not with every run.
                #expect(await journeys[0].run().failure == nil)
                clock.advance(by: .seconds(60))
            }
            isOpen.value = true
            #expect(await journeys[0].run().failure == nil)
            #expect(value("probe_bounce_mailbox_up", of: journeys[0]) == 1)
            #expect(await journeys[0].run().failure == nil)
        }
        #expect(
            told.withLock(\.self) == [
                .bouncesUnread(reason: "\(server.endpoint): login refused for the account probe: NO not with ••••"),
                .bouncesRead(mailbox: "\(server.endpoint)"),
            ])
        #expect(logins.value == 4)
        try await server.stop()
    }
}
