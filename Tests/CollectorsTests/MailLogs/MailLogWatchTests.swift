import Foundation
import MailLogs
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Collectors

@Suite("The logs that an agent follows")
struct MailLogWatchTests {
    private let log = GrowingLog()
    private let data = TestDirectory()
    private let notices = Shared<[MailLogNotice]>([])

    @Test("a round of all collectors tells what the log says")
    func round() async throws {
        try log.write(3)
        let watch = watch(labels: ["mail_log": "out"])
        let round = await metrics(watch)
        let place = "mail_log=\"out\", path=\"\(log.path)\""
        #expect(round["postwatch_mail_log_up{\(place)}"] == 1)
        #expect(round["postwatch_mail_log_unread_bytes{\(place)}"] == 0)
        #expect(round["postwatch_mail_log_lines_total{\(place)}"] == 3)
        #expect(round["postwatch_mail_log_lines_understood_total{\(place)}"] == 3)
        #expect(round["postwatch_mail_log_newest_line_timestamp_seconds{\(place)}"] == 1_767_225_600)
        #expect(round["postfix_smtpd_connects_total{mail_log=\"out\"}"] == 3)
        #expect(round["postfix_messages_ended_total{mail_log=\"out\", outcome=\"vanished\"}"] == 0)
        #expect(round["node_scrape_collector_success{collector=\"mail_logs\"}"] == 1)
        watch.stop()
    }

    @Test("a log that is not there is down until it appears")
    func missing() async throws {
        let watch = watch(from: .end)
        let place = "{path=\"\(log.path)\"}"
        let before = await metrics(watch)
        #expect(before["postwatch_mail_log_up\(place)"] == 0)
        #expect(before["node_scrape_collector_success{collector=\"mail_logs\"}"] == 0)
        #expect(before["postfix_smtpd_connects_total"] == nil)
        try log.write(2)
        let after = await metrics(watch)
        #expect(after["postwatch_mail_log_up\(place)"] == 1)
        #expect(after["postfix_smtpd_connects_total"] == 2)
        watch.stop()
    }

    @Test("what it says of probe messages is passed on while the log is read, as the node's, and again after a restart")
    func transits() async throws {
        try log.write(1)
        let line = "Jan  1 00:00:00 mx postfix/cleanup[1]: F002AFD6453: message-id=<postwatch.0a-1@probe.test>\n"
        try log.append(line)
        for _ in 0..<2 {
            let (transits, passed) = AsyncStream.makeStream(of: Transit.self)
            let watch = MailLogWatch(
                [MailLogSettings(path: log.path, from: .start)], dataDirectory: data.path,
                world: World(clock: ContinuousClock()) { Timestamp(milliseconds: 1_767_225_600_000) }, node: "mx-1",
                pass: { passed.yield($0) }, tell: { _, _ in })
            let first = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await watch.run() }
                defer { group.cancelAll() }
                return await transits.first { _ in true }
            }
            #expect(first?.node == "mx-1" && first?.probe == "0a-1")
            #expect(first?.receivedAt == Timestamp(milliseconds: 1_767_225_600_000))
            await watch.finish()
        }
    }

    @Test("what was counted outlives an orderly end")
    func orderlyEnd() async throws {
        try log.write(3)
        let first = watch()
        _ = await metrics(first)
        await first.finish()
        try log.write(2)
        let second = watch()
        #expect(await metrics(second)["postfix_smtpd_connects_total"] == 5)
        second.stop()
        #expect(notices.value == [])
    }

    @Test("after a kill everything goes back together: nothing counts twice, nothing is missed")
    func kill() async throws {
        let clock = ManualClock()
        let world = World.manual(clock: clock)
        let watch = watch(world: world)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await watch.run() }
            // Until the first state is saved.
            for _ in 0..<MailLogWatch.looksPerSave {
                await clock.sleepers(reach: 2)
                #expect(throws: Never.self) { try log.write(2) }
                clock.advance(by: MailLogWatch.interval)
            }
            await clock.sleepers(reach: 2)
            group.cancelAll()
        }
        try log.write(5)
        #expect(await metrics(watch)["postfix_smtpd_connects_total"] == Double(log.written))
        // It was killed: what it knew last is lost.
        watch.stop()
        try log.write(4)
        let second = self.watch(world: world)
        #expect(await metrics(second)["postfix_smtpd_connects_total"] == Double(log.written))
        second.stop()
        #expect(notices.value == [])
    }

    @Test("until it has read again what it had read before, it tells no counters that went back")
    func catchingUp() async throws {
        try log.write(1)
        let first = watch()
        _ = await metrics(first)
        await first.finish()
        // More than one round reads.
        try log.append(String(repeating: String(repeating: "x", count: 60_000) + "\n", count: 160))
        let second = watch()
        let behind = await metrics(second)
        #expect((behind["postwatch_mail_log_unread_bytes{path=\"\(log.path)\"}"] ?? 0) > 1_000_000)
        #expect(behind["postfix_smtpd_connects_total"] == nil)
        #expect(await metrics(second)["postfix_smtpd_connects_total"] == 1)
        second.stop()
    }

    @Test("a damaged state is told and set aside, and the log is read from its end on", arguments: [10, 200])
    func damagedState(byte: Int) async throws {
        try log.write(3)
        let first = watch()
        _ = await metrics(first)
        await first.finish()
        let file = MailLogStateFile(ofLog: log.path, in: data.path)
        var bytes = try Directory.contents(of: file.path)
        bytes[byte] ^= 0x40
        try Directory.replace(file.path, with: bytes)
        let second = watch()
        #expect(await metrics(second)["postfix_smtpd_connects_total"] == 0)
        #expect(notices.value == [.stateDamaged(path: file.path, reason: "its content is damaged")])
        #expect(CollectorsConfiguration.isPresent(file.path + ".damaged"))
        try log.write(2)
        #expect(await metrics(second)["postfix_smtpd_connects_total"] == 2)
        second.stop()
    }

    @Test("one that may not save changes nothing on disk")
    func readOnly() async throws {
        try log.write(3)
        let watch = watch(isSaving: false)
        _ = await metrics(watch)
        await watch.finish()
        #expect(data.names == [])
    }

    @Test("a state that cannot be saved is told")
    func fullDisk() async throws {
        try log.write(3)
        let watch = watch()
        // The directory cannot be made.
        try data.write([], to: "mail-logs")
        _ = await metrics(watch)
        await watch.finish()
        #expect(notices.value.count == 1)
    }

    @Test("a disk that hangs does not keep it from ending")
    func hangingDisk() async throws {
        try log.write(3)
        let clock = ManualClock()
        let watch = watch(world: .manual(clock: clock))
        _ = await metrics(watch)
        try Directory.create("\(data.path)/mail-logs")
        // Whoever opens it to write waits for a reader.
        let draft = MailLogStateFile(ofLog: log.path, in: data.path).path + ".new"
        #expect(mkfifo(draft, 0o600) == 0)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await watch.finish() }
            await clock.sleepers(reach: 1)
            clock.advance(by: MailLogWatch.patience)
        }
        // Lets the thread go.
        close(open(draft, O_RDONLY | O_NONBLOCK))
    }

    @Test("what two threads save at once is the newest state, and whole")
    func savingAtOnce() throws {
        let file = MailLogStateFile(ofLog: log.path, in: data.path)
        let follower = MailLogFollower(
            MailLogSettings(path: log.path, from: .start, labels: [:]), stateFile: file, isSaving: true, at: Timestamp(milliseconds: 0)
        ) { [notices] notice in notices.withLock { $0.append(notice) } }
        for _ in 0..<50 {
            try log.write(2)
            DispatchQueue.concurrentPerform(iterations: 4) { _ in
                _ = try? follower.advance(at: Timestamp(milliseconds: 0))
                follower.save()
            }
            let state = try MailLogState(decoding: try #require(try file.contents()))
            let account = try MailLogAccount(decoding: state.account, calendar: .local(at: Timestamp(milliseconds: 0)))
            #expect(account.lineCount == log.written)
        }
        #expect(notices.value == [])
    }

    @Test("a burst over many rotations is counted to the line")
    func burst() async throws {
        let clock = ManualClock()
        let world = World.manual(clock: clock)
        let watch = watch(world: world)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await watch.run() }
            for round in 0..<20 {
                try log.write(Self.linesPerBurst)
                if round % 4 == 3 { try log.rename(to: "mail.log.\(20 - round)") }
                await clock.sleepers(reach: 2)
                clock.advance(by: MailLogWatch.interval)
            }
            await clock.sleepers(reach: 2)
            group.cancelAll()
        }
        try log.write(1)
        let metrics = await metrics(watch)
        #expect(metrics["postfix_smtpd_connects_total"] == Double(log.written))
        #expect(metrics["postwatch_mail_log_lines_total{path=\"\(log.path)\"}"] == Double(log.written))
        watch.stop()
    }

    // MARK: - Private

    /// Twenty times this are a million where the code is optimised.
    private static let linesPerBurst = {
        #if DEBUG
            2500
        #else
            50_000
        #endif
    }()

    private func watch(
        from: MailLogSettings.Beginning = .start, labels: LabelSet = [:], isSaving: Bool = true, world: World = .manual()
    ) -> MailLogWatch {
        MailLogWatch(
            [MailLogSettings(path: log.path, from: from, labels: labels)], dataDirectory: data.path, isSaving: isSaving, world: world
        ) { [notices] _, notice in notices.withLock { $0.append(notice) } }
    }

    private func metrics(_ watch: MailLogWatch) async -> Metrics {
        let collectors = CollectorSet(CollectorsConfiguration(host: nil), mailLogs: watch, world: .manual())
        defer { collectors.stop() }
        return Metrics(await collectors.collect().measurements)
    }
}
