import Foundation
import PostwatchModel
import TestSupport
import Testing

@testable import Collectors

@Suite("An old log that is read again")
struct MailLogReplayTests {
    private let log = GrowingLog()
    /// 2026-01-01T00:00:00Z.
    private static let start: Int64 = 1_767_225_600

    @Test("gives the counts at the times of the log, from zero on, also while it was silent")
    func rounds() async throws {
        try write(["00:00:03", "00:00:05", "00:00:10", "00:00:11", "00:00:45"])
        let replay = try MailLogReplay(log.path, every: .seconds(10), now: Timestamp(milliseconds: 0))
        var found: [[Double]] = []
        while let round = try await replay.next() {
            let count = Metrics(round.measurements)["postfix_smtpd_connects_total"]
            found.append([Double(round.moment.milliseconds / 1000 - Self.start), count ?? -1])
        }
        // What is written in the second of a round counts in the next.
        #expect(found == [[0, 0], [10, 2], [20, 4], [30, 4], [40, 4], [46, 5]])
    }

    @Test("counts no line before its time, however long the log was silent, and tells a silence of days but once")
    func silence() async throws {
        let times = ["01T00:00:00", "01T09:00:05", "01T09:02:05", "09T00:00:05"]
        for time in times { try log.append(log.line().replacingOccurrences(of: "01T00:00:00", with: time)) }
        let replay = try MailLogReplay(log.path, every: .seconds(60), now: Timestamp(milliseconds: 0))
        var counts: [Int64: Double] = [:]
        while let round = try await replay.next() {
            counts[round.moment.milliseconds / 1000 - Self.start] = Metrics(round.measurements)["postfix_smtpd_connects_total"]
        }
        let (hour, day): (Int64, Int64) = (3600, 86_400)
        #expect(counts[60] == 1 && counts[9 * hour] == 1)
        #expect(counts[9 * hour + 60] == 2 && counts[9 * hour + 120] == 2)
        #expect(counts[9 * hour + 180] == 3)
        #expect(counts[8 * day] == 3 && counts[8 * day + 6] == 4)
        #expect(counts.count == 9 * 60 + 6)
    }

    @Test("without an interval there is one round, with every line, the last without its end too")
    func once() async throws {
        try log.append((0..<40_000).map { _ in log.line() }.joined() + log.line().dropLast())
        let replay = try MailLogReplay(log.path, every: nil, now: Timestamp(milliseconds: 0))
        let round = try #require(try await replay.next())
        #expect(Metrics(round.measurements)["postfix_smtpd_connects_total"] == 40_001)
        #expect(round.moment == Timestamp(milliseconds: (Self.start + 1) * 1000))
        #expect(try await replay.next() == nil)
    }

    @Test("many chunks and lines that are too long are read to the line, with an interval too")
    func chunks() async throws {
        for _ in 0..<3 {
            try log.write(7000)
            try log.append(String(repeating: "x", count: 1_500_000) + "\n")
        }
        let replay = try MailLogReplay(log.path, every: .seconds(10), now: Timestamp(milliseconds: 0))
        var last: MailLogReplay.Round?
        while let round = try await replay.next() { last = round }
        #expect(Metrics(last?.measurements ?? [])["postfix_smtpd_connects_total"] == 21_000)
    }

    @Test("a log without times has no rounds, but what it says once")
    func noTimes() async throws {
        try log.append("nothing\nto see\n")
        #expect(try await MailLogReplay(log.path, every: .seconds(10), now: Timestamp(milliseconds: 0)).next() == nil)
        let once = try await MailLogReplay(log.path, every: nil, now: Timestamp(milliseconds: 0)).next()
        #expect(Metrics(once?.measurements ?? [])["mail_log_lines_unknown_total{program=\"none\"}"] == 2)
    }

    @Test("what cannot be read says what to do")
    func unreadable() throws {
        let now = Timestamp(milliseconds: 0)
        #expect(throws: CollectionFailure.unreadable(path: log.path, reason: "there is no such file")) {
            try MailLogReplay(log.path, every: nil, now: now)
        }
        try log.directory.write([0x1F, 0x8B, 8], to: "mail.log")
        #expect(
            throws: CollectionFailure.malformed(source: log.path, found: "compressed content; give it by zcat to --replay -")
        ) {
            try MailLogReplay(log.path, every: nil, now: now)
        }
    }

    private func write(_ times: [String]) throws {
        for time in times { try log.append(log.line().replacingOccurrences(of: "T00:00:00", with: "T\(time)")) }
    }
}
