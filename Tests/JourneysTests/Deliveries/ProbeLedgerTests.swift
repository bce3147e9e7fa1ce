import PostwatchModel
import Testing

@testable import Journeys

@Suite struct ProbeLedgerTests {
    private func moment(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_000_000 + seconds * 1000) }

    private func ledger() -> ProbeLedger {
        ProbeLedger(lateAfter: .seconds(30), lostAfter: .seconds(900), idPrefix: "ab-", openedAt: moment(0))
    }

    @Test("A message ends in exactly one outcome", arguments: [(Int64(30), ProbeLedger.Outcome.inbox), (31, .late)])
    func outcomes(seconds: Int64, outcome: ProbeLedger.Outcome) {
        var ledger = ledger()
        ledger.accept("ab-1", at: moment(0))
        #expect(ledger.oldestAge(at: moment(12)) == .seconds(12))
        ledger.see("ab-1", at: moment(seconds))
        ledger.see("ab-1", at: moment(1000))
        ledger.expire(at: moment(1000))
        #expect(ledger.counts.filter { $0.value > 0 } == [outcome: 1])
        #expect(ledger.oldestAge(at: moment(1000)) == .zero)
    }

    @Test("A message that is not seen is lost once, and its age stops counting")
    func loss() {
        var ledger = ledger()
        ledger.accept("ab-1", at: moment(0))
        ledger.abandon("ab-1")
        ledger.expire(at: moment(899))
        #expect(ledger.oldestAge(at: moment(899)) == .seconds(899))
        ledger.expire(at: moment(900))
        ledger.expire(at: moment(901))
        #expect(ledger.counts == [.inbox: 0, .late: 0, .lost: 1])
        #expect(ledger.oldestAge(at: moment(901)) == .zero)
    }

    @Test("A message that a run waits for is left to it; one that timed out is collected as late")
    func judgingOutstanding() {
        var ledger = ledger()
        let mark = ProbeMark(journey: "a", id: "ab-1", sentAt: moment(0))
        ledger.accept("ab-1", at: moment(0))
        #expect(ledger.judge(mark, at: moment(61)) == .leave)
        ledger.abandon("ab-1")
        #expect(ledger.judge(mark, at: moment(61)) == .collect)
        #expect(ledger.counts[.late] == 1)
    }

    @Test("An unknown message is collected when overdue or an earlier process's of the same vantage")
    func judgingOrphans() {
        var ledger = ledger()
        func verdict(_ id: String, sent: Int64, now: Int64) -> ProbeLedger.Verdict {
            ledger.judge(ProbeMark(journey: "a", id: id, sentAt: moment(sent)), at: moment(now))
        }
        #expect(verdict("ab-9", sent: 10, now: 20) == .leave)
        #expect(verdict("ab-9", sent: -10, now: 20) == .collect)
        #expect(verdict("cd-9", sent: -10, now: 20) == .leave)
        #expect(verdict("cd-9", sent: -10, now: 890) == .collect)
        #expect(ledger.counts == [.inbox: 0, .late: 0, .lost: 0])
    }
}
