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
        #expect(found == [[0, 0], [10, 3], [20, 5], [30, 5], [40, 5], [46, 5]])
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
