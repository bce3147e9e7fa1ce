import Foundation
import MailLogs
import TestSupport
import Testing

@testable import Collectors

@Suite("A log that is followed")
struct MailLogFileTests {
    private let log = GrowingLog()

    @Test("begins at its end, behind the last whole line, and reads what comes then")
    func end() throws {
        try log.write(5)
        let half = log.line()
        try log.append(String(half.prefix(30)))
        var reading = LogReading(log, from: .end)
        try reading.readAll()
        #expect(reading.lines == 0)
        try log.append(String(half.dropFirst(30)))
        try log.write(2)
        try reading.readAll()
        #expect(reading.lines == 3)
        #expect(reading.understood == 3)
        #expect(reading.file.unreadBytes() == 0)
    }

    @Test("begins at its start where that is asked for, and where it appears later", arguments: MailLogSettings.Beginning.allCases)
    func start(from: MailLogSettings.Beginning) throws {
        var reading = LogReading(log, from: from)
        try reading.readAll()
        try log.write(3)
        try reading.readAll()
        #expect(reading.lines == 3)
        var second = LogReading(log)
        try second.readAll()
        #expect(second.lines == 3)
    }

    @Test("a line is taken when it is complete, whatever the pieces in which it is written")
    func pieces() throws {
        var reading = LogReading(log)
        for character in log.line() + log.line() {
            try log.append(String(character))
            try reading.readAll()
        }
        #expect(reading.lines == 2)
        #expect(reading.understood == 2)
    }

    @Test("renamed: the old file is read to its end, also what comes to it until the new one has something", arguments: [false, true])
    func renamed(restarts: Bool) throws {
        var reading = LogReading(log)
        try log.write(3)
        try reading.readAll()
        try log.write(2)
        try log.rename()
        if restarts { try reading.restart() }
        try reading.readAll()
        #expect(reading.lines == 5)
        try log.append("")
        try log.write(4, to: "mail.log.1")
        if restarts { try reading.restart() }
        try reading.readAll()
        #expect(reading.lines == 9)
        try log.write(1, to: "mail.log.1")
        try log.write(6)
        if restarts { try reading.restart() }
        #expect(restarts || reading.file.unreadBytes() > 0)
        try reading.readAll()
        #expect(reading.lines == log.written)
        #expect(reading.understood == log.written)
        #expect(reading.notices == [])
    }

    @Test("renamed twice in between: every file is read in its order", arguments: [false, true], ["mail.log.2", "mail.log-20260101"])
    func renamedTwice(restarts: Bool, oldest: String) throws {
        let middle = oldest == "mail.log.2" ? "mail.log.1" : "mail.log-20260102"
        var reading = LogReading(log)
        try log.write(3)
        try reading.readAll()
        try log.write(3)
        try log.rename(to: oldest)
        try log.write(5)
        try log.rename(to: middle)
        try log.write(7)
        if restarts { try reading.restart() }
        try reading.readAll()
        #expect(reading.lines == log.written)
        #expect(reading.notices == [])
        try reading.restart()
        try log.write(1)
        try reading.readAll()
        #expect(reading.lines == log.written)
    }

    @Test("copied and cut off: what was not read is read from the copy", arguments: [false, true])
    func copiedAndCutOff(restarts: Bool) throws {
        var reading = LogReading(log)
        try log.write(30)
        try reading.readAll()
        try log.write(4)
        try log.copy()
        try log.truncate()
        if restarts { try reading.restart() }
        try reading.readAll()
        #expect(reading.lines == 34)
        try log.write(2)
        try reading.readAll()
        #expect(reading.lines == log.written)
        // Longer than before the cut: only what it begins with tells.
        try log.copy(to: "mail.log.0")
        try log.truncate()
        try log.write(60)
        if restarts { try reading.restart() }
        try reading.readAll()
        #expect(reading.lines == log.written)
        #expect(reading.understood == log.written)
        #expect(reading.notices == [])
    }

    @Test("cut off without a copy: it is told, and what comes then is read from the start", arguments: [false, true])
    func cutOff(restarts: Bool) throws {
        var reading = LogReading(log)
        try log.write(20)
        try reading.readAll()
        try log.truncate()
        try log.write(3)
        if restarts { try reading.restart() }
        try reading.readAll()
        #expect(reading.lines == log.written)
        #expect(reading.notices == [.placeLost(path: log.path)])
    }

    @Test("compressed while nobody looked: the open file is read to its end; after a restart it goes on with the new one")
    func compressed() throws {
        var reading = LogReading(log)
        try log.write(3)
        try reading.readAll()
        try log.write(2)
        try log.rename(to: "mail.log.1")
        try log.append("\u{1F}", to: "mail.log.1.gz")
        try log.remove("mail.log.1")
        try log.write(4)
        try reading.readAll()
        #expect(reading.lines == 9)
        #expect(reading.notices == [])

        try log.rename(to: "mail.log.1")
        try log.append("\u{1F}", to: "mail.log.2.gz")
        try reading.restart()
        try log.remove("mail.log.1")
        try log.write(5)
        try reading.readAll()
        #expect(reading.lines == log.written)
        #expect(reading.notices == [.placeLost(path: log.path)])
    }

    @Test("moved to another disk with its directory, it goes on where it was")
    func movedToAnotherDisk() throws {
        var reading = LogReading(log)
        try log.write(20)
        try reading.readAll()
        try log.copy(to: "moved")
        try log.rename(to: "old")
        try log.rename("moved", to: "mail.log")
        try reading.restart()
        try log.write(2)
        try reading.readAll()
        #expect(reading.lines == log.written)
        #expect(reading.notices == [])
    }

    @Test("removed, it is waited for; other files beside it are not taken for it")
    func removed() throws {
        var reading = LogReading(log)
        try log.write(2)
        try reading.readAll()
        try log.rename(to: "mail.log.old")
        try log.append(log.line(), to: "mail.log-backup")
        try log.append(log.line(), to: "mail.logger.1")
        try reading.readAll()
        try reading.restart()
        try reading.readAll()
        #expect(reading.lines == 2)
        try log.write(3)
        try reading.readAll()
        #expect(reading.lines == 5)
    }

    @Test("a line without end is cut once and takes no memory; the next one is read whole", arguments: [false, true])
    func endless(restarts: Bool) throws {
        var reading = LogReading(log)
        try log.write(1)
        let start = log.line().dropLast()
        try log.append(start + String(repeating: "x", count: 3 << 20))
        for _ in 0..<3 {
            try reading.readAll()
            if restarts { try reading.restart() }
            try log.append(String(repeating: "x", count: 100_000))
        }
        try reading.readAll()
        #expect(reading.lines == 2)
        try log.append("\n")
        try log.write(2)
        try reading.readAll()
        #expect(reading.lines == 4)
        #expect(reading.file.unreadBytes() == 0)
    }

    @Test("begun at the end of a line without end, its rest is passed over")
    func endlessAtTheEnd() throws {
        try log.append(String(repeating: "x", count: 200_000))
        var reading = LogReading(log, from: .end)
        try reading.readAll()
        try log.append("yyy\n")
        try log.write(2)
        try reading.readAll()
        #expect(reading.lines == 2)
    }

    @Test("what cannot be read says so; once it can, it is read")
    func unreadable() throws {
        let target = log.directory.path
        try FileManager.default.createSymbolicLink(atPath: log.path, withDestinationPath: target)
        var reading = LogReading(log, from: .end)
        for _ in 0..<2 {
            #expect(throws: CollectionFailure.unreadable(path: log.path, reason: "it is no regular file; give the path of a log")) {
                try reading.readAll()
            }
        }
        try log.remove()
        try FileManager.default.createSymbolicLink(atPath: log.path, withDestinationPath: log.path)
        #expect(throws: CollectionFailure.unreadable(path: log.path, reason: "Too many levels of symbolic links")) {
            try reading.readAll()
        }
        try log.remove()
        try log.write(2)
        try reading.readAll()
        try log.write(1)
        try reading.readAll()
        #expect(reading.lines == 1)
    }

    @Test("any bytes are taken, in any pieces", arguments: 0..<20)
    func anyBytes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes: [UInt8] = []
        for _ in 0..<300 {
            let length = Int.random(in: 0...(Bool.random(using: &random) ? 200 : 2000), using: &random)
            bytes += (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            bytes.append(10)
        }
        var whole = MailLogAccount(calendar: LogCalendar(reference: 0))
        _ = bytes.withUnsafeBytes { whole.take($0) }
        var parts = MailLogAccount(calendar: LogCalendar(reference: 0))
        var feed = LineFeed()
        var rest: [UInt8] = []
        while !bytes.isEmpty {
            let length = min(bytes.count, Int.random(in: 1...90_000, using: &random))
            rest += bytes.prefix(length)
            bytes.removeFirst(length)
            rest.removeFirst(rest.withUnsafeBytes { feed.take($0, into: &parts) })
        }
        #expect(parts.lineCount == whole.lineCount)
        #expect(rest.isEmpty)
    }
}
