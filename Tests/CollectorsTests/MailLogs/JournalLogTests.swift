import Foundation
import PostwatchModel
import TestSupport
import Testing

@testable import Collectors

@Suite("A journal that is followed")
struct JournalLogTests {
    private let log = GrowingJournal()

    @Test("is read from its start where that is asked for, with the time that each entry has")
    func start() throws {
        try log.write(5)
        var reading = JournalReading(log.settings)
        try reading.readAll()
        #expect(reading.lines == 5)
        #expect(reading.understood == 5)
        #expect(reading.account.newestMoment == 1_767_225_600)
    }

    @Test("is read from its end otherwise, and what comes then to the file that is open", arguments: [false, true])
    func end(restarts: Bool) throws {
        try log.write(5)
        var reading = JournalReading(log.settings, from: .end)
        try reading.readAll()
        #expect(reading.lines == 0)
        for count in 1...3 {
            if restarts { try reading.restart() }
            try log.write(count)
            try reading.readAll()
        }
        #expect(reading.lines == 6)
        #expect(reading.notices == [])
    }

    @Test("entries of other programs are passed over, whatever their number")
    func others() throws {
        let cron = (0..<500).map { _ in log.entry(Array("job".utf8), identifier: "cron", facility: 9) }
        try log.write(cron + [log.entry()] + cron + [log.entry(Array("Login: user=<x>".utf8), identifier: "dovecot", facility: 3)])
        var reading = JournalReading(log.settings)
        try reading.readAll()
        #expect(reading.lines == 2)
    }

    @Test("units and identifiers choose other entries than those of mail")
    func filter() throws {
        let job = Array("job".utf8)
        try log.write(
            [
                log.entry(), log.entry(identifier: "postfix/smtp", facility: 3), log.entry(unit: "mail.service"),
                log.entry(job, identifier: "cron", facility: 9),
            ])
        var settings = log.settings
        settings.units = ["mail.service"]
        var ofUnit = JournalReading(settings)
        try ofUnit.readAll()
        #expect(ofUnit.lines == 1)
        settings.identifiers = ["postfix/smtp", "cron"]
        var ofBoth = JournalReading(settings)
        try ofBoth.readAll()
        #expect(ofBoth.lines == 3)
    }

    @Test("rotated: entries of all files are read, each once", arguments: [false, true])
    func rotated(restarts: Bool) throws {
        var reading = JournalReading(log.settings)
        for round in 0..<4 {
            try log.write(7)
            if round == 1 { try reading.readAll() }
            if restarts { try reading.restart() }
            try log.rename("system.journal", to: "system@\(round).journal")
        }
        try log.write(3)
        try reading.readAll()
        if restarts { try reading.restart() }
        try reading.readAll()
        #expect(reading.lines == log.written)
        #expect(reading.understood == log.written)
        #expect(reading.notices == [])
    }

    @Test("a burst over several files is counted to the entry over restarts")
    func burst() throws {
        var reading = JournalReading(log.settings)
        for round in 0..<3 {
            try log.write(3000, to: "system@\(round).journal")
            // Stopped in the midst of it.
            _ = try reading.journal.advance(&reading.account, tell: { _ in })
            try reading.restart()
        }
        try reading.readAll()
        #expect(reading.lines == log.written)
        #expect(reading.notices == [])
    }

    @Test("a backlog is read to the entry though the journal is opened anew within it")
    func backlog() throws {
        try log.write(JournalLog.entriesPerOpening * 2 + 100)
        var reading = JournalReading(log.settings)
        try reading.readAll()
        try log.write(7)
        try reading.readAll()
        #expect(reading.lines == log.written)
        #expect(reading.notices == [])
    }

    @Test("the file where reading had stopped is gone: it is told, and what is there behind it is read")
    func vacuumed() throws {
        var reading = JournalReading(log.settings)
        try log.write(4, to: "system@1.journal")
        try reading.readAll()
        try reading.restart()
        try log.remove("system@1.journal")
        try log.write(3)
        try reading.readAll()
        #expect(reading.lines == 7)
        #expect(reading.notices == [.placeLost(path: log.directory.path)])
        try log.write(2)
        try reading.readAll()
        #expect(reading.lines == log.written)
        #expect(reading.notices.count == 1)
    }

    @Test("a file that is removed after it was read is not missed")
    func removedWhileOpen() throws {
        var reading = JournalReading(log.settings)
        try log.write(4, to: "system@1.journal")
        try reading.readAll()
        try log.remove("system@1.journal")
        try reading.readAll()
        try log.write(3)
        try reading.readAll()
        #expect(reading.lines == log.written)
        #expect(reading.notices == [])
    }

    @Test("one that is not there says so; when it comes it is read from its start", arguments: MailLogSettings.Beginning.allCases)
    func missing(from: MailLogSettings.Beginning) throws {
        let settings = JournalSettings(directory: log.directory.path + "/later")
        var reading = JournalReading(settings, from: from)
        #expect(
            throws: CollectionFailure.unreadable(
                path: log.directory.path + "/later", reason: "there is no such directory; it is read as soon as there is one")
        ) {
            try reading.readAll()
        }
        try FileManager.default.createDirectory(atPath: log.directory.path + "/later", withIntermediateDirectories: false)
        #expect(
            throws: CollectionFailure.unreadable(
                path: log.directory.path + "/later", reason: "there is no file of a journal in it; it is read as soon as there is one")
        ) {
            try reading.readAll()
        }
        try log.write(2, to: "later/system.journal")
        try reading.readAll()
        #expect(reading.lines == 2)
    }

    @Test("a long message is cut, one of several lines is one line, bytes that are no text are taken")
    func hostile() throws {
        let binary = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let long = Array("connect from long.example.com[192.0.2.1] ".utf8)
        try log.write(
            [
                log.entry([UInt8](repeating: 0x78, count: 1 << 20)),
                log.entry(long + [UInt8](repeating: 0, count: 3 << 20)),
                log.entry(binary),
                log.entry(Array("connect from\nunknown[192.0.2.1]".utf8)),
                log.entry([]),
                log.entry(Array("x".utf8), identifier: nil),
                log.entry(Array("x".utf8), identifier: "a b[c: d"),
                log.entry(),
            ])
        var reading = JournalReading(log.settings)
        try reading.readAll()
        #expect(reading.lines == 8)
        #expect(reading.account.unknownLineSamples.allSatisfy { !$0.contains("\n") })
    }

    @Test("a file that is damaged costs what it held, and no more", arguments: [8192, 100, 0])
    func damaged(size: Int) throws {
        try log.write(50, to: "system@1.journal")
        try log.write(3, to: "system@2.journal")
        let path = log.directory.path + "/system@1.journal"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        if size == 0 {
            for index in stride(from: 300, to: bytes.count, by: 97) { bytes[index] ^= 0xA5 }
        } else {
            bytes = bytes.prefix(size)
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        var reading = JournalReading(log.settings)
        try reading.readAll()
        #expect(reading.lines >= 3)
    }

    @Test("an agent's round tells it under the name of its directory")
    func round() async throws {
        try log.write(3)
        let data = TestDirectory()
        for expected in [3.0, 5] {
            let settings = MailLogSettings(origin: .journal(log.settings), from: .start)
            let watch = MailLogWatch([settings], dataDirectory: data.path, world: .manual()) { _, _ in }
            let collectors = CollectorSet(CollectorsConfiguration(host: nil), mailLogs: watch, world: .manual())
            let metrics = Metrics(await collectors.collect().measurements)
            #expect(metrics["postwatch_mail_log_up{path=\"\(log.directory.path)\"}"] == 1)
            #expect(metrics["postwatch_mail_log_lines_total{path=\"\(log.directory.path)\"}"] == expected)
            #expect(metrics["postfix_smtpd_connects_total"] == expected)
            await watch.finish()
            collectors.stop()
            try log.write(2)
        }
    }
}
