import PostwatchModel
import Testing

@testable import Journeys

@Suite struct ProbeLedgerTests {
    private func moment(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_000_000_000 + seconds * 1000) }

    private func ledger(_ account: ProbeAccount = ProbeAccount(), openedAt: Int64 = 0) -> ProbeLedger {
        ProbeLedger(
            journey: "in-1", vantage: "here", terms: .init(lateAfter: .seconds(30), lostAfter: .seconds(900)), account: account,
            openedAt: moment(openedAt))
    }

    private func copy(_ uid: UInt32 = 7, in place: ProbeSighting.Place = .inbox, at seconds: Int64) -> ProbeSighting {
        ProbeSighting(place: place, folder: place == .inbox ? "INBOX" : "Junk", uid: uid, at: moment(seconds))
    }

    private func mark(_ id: String, sent: Int64 = 0) -> ProbeMark { ProbeMark(journey: "in-1", id: id, sentAt: moment(sent)) }

    /// A ledger with one message that a server took at 0.
    private func accepted() -> ProbeLedger {
        var ledger = ledger()
        ledger.begin("a", at: moment(0))
        ledger.accept("a", by: "mx-1:25", reply: "250 Ok: queued as 3F2A1", queueID: "3F2A1", at: moment(0))
        return ledger
    }

    private func standing(_ ledger: ProbeLedger) -> [ProbeOutcome: Int] {
        Dictionary(uniqueKeysWithValues: ProbeOutcome.allCases.map { ($0, ledger.tally.standing($0)) }).filter { $0.value != 0 }
    }

    // MARK: Outcomes

    @Test(
        "What is seen is booked by place and time",
        arguments: [
            (ProbeSighting.Place.inbox, Int64(30), ProbeOutcome.inbox), (.inbox, 31, .late), (.junk, 1, .junk), (.junk, 500, .junk),
            (.quarantine, 1, .quarantined),
        ])
    func outcomes(place: ProbeSighting.Place, seconds: Int64, outcome: ProbeOutcome) {
        var ledger = accepted()
        #expect(ledger.oldestAge(at: moment(12)) == .seconds(12))
        ledger.see("a", as: copy(in: place, at: seconds), bookedAt: moment(seconds))
        ledger.release("a", mayBeSent: false, at: moment(seconds))
        ledger.look(begunAt: moment(5000))
        ledger.expire(at: moment(5000))
        #expect(standing(ledger) == [outcome: 1])
        #expect(ledger.tally.corrected.values.allSatisfy { $0 == 0 })
        #expect(ledger.oldestAge(at: moment(5000)) == .zero)
        #expect(ledger.takeNews().isEmpty)
    }

    @Test("A message is lost when a look after its time missed it, once, and is named")
    func loss() throws {
        var ledger = accepted()
        ledger.release("a", mayBeSent: false, at: moment(60))
        ledger.look(begunAt: moment(899))
        ledger.expire(at: moment(901))
        #expect(standing(ledger).isEmpty)
        #expect(ledger.oldestAge(at: moment(901)) == .seconds(901))
        ledger.look(begunAt: moment(900))
        ledger.expire(at: moment(901))
        ledger.expire(at: moment(902))
        #expect(standing(ledger) == [.lost: 1])
        #expect(ledger.oldestAge(at: moment(902)) == .zero)
        let news = ledger.takeNews()
        guard case .lost(let record) = try #require(news.first) else {
            Issue.record("\(news)")
            return
        }
        #expect(news.count == 1 && record.id == "a" && record.queueID == "3F2A1")
        #expect(record.whereabouts == "accepted by mx-1:25 (queued as 3F2A1)")
    }

    @Test("While nobody can look, a message is waited for twice as long, counted anew after a restart")
    func blindness() {
        var ledger = accepted()
        ledger.release("a", mayBeSent: false, at: moment(60))
        ledger.expire(at: moment(1799))
        #expect(standing(ledger).isEmpty)
        ledger.expire(at: moment(1800))
        #expect(standing(ledger) == [.lost: 1])

        var disk = Disk()
        var before = accepted()
        disk.take(before.takeChange())
        var after = self.ledger(disk.account, openedAt: 10_000)
        after.expire(at: moment(10_899))
        #expect(standing(after).isEmpty)
        after.expire(at: moment(10_900))
        #expect(standing(after) == [.lost: 1])
    }

    @Test("A message that is found after it was lost is late from then on, and the loss stays visible")
    func foundAfterLoss() {
        var ledger = accepted()
        ledger.release("a", mayBeSent: false, at: moment(60))
        ledger.look(begunAt: moment(1000))
        ledger.expire(at: moment(1000))
        _ = ledger.takeNews()
        #expect(ledger.judge(mark("a"), copy(at: 1100), at: moment(1200)) == .collect)
        #expect(ledger.judge(mark("a"), copy(at: 1100), at: moment(1300)) == .collect)
        #expect(standing(ledger) == [.late: 1])
        #expect(ledger.tally.outcomes[.lost] == 1)
        #expect(ledger.tally.corrected[.lost] == 1)
        let news = ledger.takeNews()
        guard news.count == 1, case .found(let record) = news[0] else {
            Issue.record("\(news)")
            return
        }
        #expect(record.stage == .settled(.late))
    }

    @Test("A second copy makes a message a duplicate, once; the same copy seen again does not")
    func duplicates() {
        var ledger = accepted()
        ledger.see("a", as: copy(7, at: 2), bookedAt: moment(2))
        #expect(ledger.judge(mark("a"), copy(7, at: 2), at: moment(60)) == .collect)
        #expect(standing(ledger) == [.inbox: 1])
        for uid: UInt32 in [8, 9] { #expect(ledger.judge(mark("a"), copy(uid, at: 60), at: moment(60)) == .collect) }
        #expect(standing(ledger) == [.duplicate: 1])
        #expect(ledger.tally.outcomes[.duplicate] == 1)
        #expect(ledger.tally.corrected[.inbox] == 1)

        var both = accepted()
        both.see("a", copies: [copy(7, at: 2), copy(8, at: 2)], bookedAt: moment(2))
        #expect(standing(both) == [.duplicate: 1])
        #expect(both.tally.corrected.values.allSatisfy { $0 == 0 })
    }

    @Test("A bounce ends a message; seeing it in the mailbox counts for more, in either order")
    func bounces() {
        var ledger = accepted()
        ledger.settle("a", as: .bounced, because: "550 5.1.1 no such user", at: moment(3))
        #expect(standing(ledger) == [.bounced: 1])
        #expect(ledger.record(of: "a")?.reason == "550 5.1.1 no such user")
        ledger.settle("a", as: .bounced, at: moment(4))
        #expect(standing(ledger) == [.bounced: 1])
        ledger.see("a", as: copy(at: 5), bookedAt: moment(5))
        ledger.settle("a", as: .bounced, at: moment(6))
        #expect(standing(ledger) == [.inbox: 1])
        #expect(ledger.tally.corrected[.bounced] == 1)
    }

    // MARK: Acceptance

    @Test("A message that no server can have taken was not sent")
    func refusal() {
        var ledger = ledger()
        ledger.begin("a", at: moment(0))
        ledger.release("a", mayBeSent: false, at: moment(1))
        #expect(ledger.tally.sent == 0 && ledger.tally.unsent == 1 && ledger.unconfirmedCount == 0)
        #expect(standing(ledger).isEmpty)
    }

    @Test("A message whose acceptance nobody knows of is awaited, and ends where it is seen or as unsent, never as lost")
    func unknownAcceptance() {
        var ledger = ledger()
        for id in ["a", "b"] {
            ledger.begin(id, at: moment(0))
            ledger.release(id, mayBeSent: true, at: moment(10))
        }
        #expect(ledger.unconfirmedCount == 2 && ledger.outstandingCount == 0 && ledger.tally.sent == 0)
        #expect(ledger.oldestAge(at: moment(10)) == .zero)
        #expect(ledger.judge(mark("a"), copy(at: 12), at: moment(70)) == .collect)
        ledger.look(begunAt: moment(900))
        ledger.expire(at: moment(900))
        #expect(standing(ledger) == [.inbox: 1])
        #expect(ledger.tally.sent == 1 && ledger.tally.unsent == 1)
        #expect(ledger.takeNews().isEmpty)
        // It was sent after all.
        #expect(ledger.judge(mark("b"), copy(8, at: 1000), at: moment(1000)) == .collect)
        #expect(standing(ledger) == [.inbox: 1, .late: 1])
        #expect(ledger.tally.sent == 2 && ledger.tally.unsent == 1 && ledger.tally.unsentFound == 1)
    }

    // MARK: Judging

    @Test("A message that a run waits for is left to it; one that it gave up is collected")
    func judgingAwaited() {
        var ledger = accepted()
        #expect(ledger.judge(mark("a"), copy(at: 61), at: moment(61)) == .leave)
        ledger.release("a", mayBeSent: false, at: moment(61))
        #expect(ledger.judge(mark("a"), copy(at: 61), at: moment(61)) == .collect)
        #expect(standing(ledger) == [.late: 1])
    }

    @Test(
        "When a message arrived is taken from the mailbox within what is known: not before it was looked for in vain, nor after now",
        arguments: [
            // watched in vain until, what the mailbox says, looked at, outcome
            (Int64(5), Int64(10), Int64(100), ProbeOutcome.inbox), (5, 40, 100, .late), (60, 10, 100, .late), (5, -500, 100, .inbox),
            (5, 9999, 100, .late), (5, 9999, 20, .inbox),
        ])
    func arrival(watched: Int64, told: Int64, looked: Int64, outcome: ProbeOutcome) {
        var ledger = accepted()
        ledger.release("a", mayBeSent: false, at: moment(watched))
        _ = ledger.judge(mark("a"), copy(at: told), at: moment(looked))
        #expect(standing(ledger) == [outcome: 1])
    }

    @Test("A message that nobody knows is collected when it is so old that its own books must be closed, and booked nowhere")
    func judgingOrphans() {
        var ledger = ledger()
        #expect(ledger.judge(mark("x", sent: 0), copy(at: 0), at: moment(1799)) == .leave)
        #expect(ledger.judge(mark("x", sent: 0), copy(at: 0), at: moment(1800)) == .collect)
        #expect(ledger.tally == ProbeTally())
        #expect(ledger.takeChange() == nil)
    }

    @Test("Only ended messages of this journey and vantage are recalled")
    func recalling() {
        var ledger = ledger()
        func record(_ id: String, journey: String = "in-1", vantage: String = "here", _ stage: ProbeRecord.Stage) -> ProbeRecord {
            ProbeRecord(id: id, journey: journey, vantage: vantage, begunAt: moment(0), stage: stage)
        }
        ledger.recall(record("a", .settled(.lost)))
        ledger.recall(record("b", journey: "in-2", .settled(.lost)))
        ledger.recall(record("c", vantage: "there", .settled(.lost)))
        ledger.recall(record("d", .accepted))
        #expect(["a", "b", "c", "d"].filter(ledger.knows) == ["a"])
    }

    // MARK: The identity

    /// What may happen to a message, in whatever order.
    private enum Happening: CaseIterable {
        case accept, seeFirst, seeSecond, seeJunk, bounce, release, releaseUndecided, look, restart
    }

    @Test("Every order of what may happen, five deep, leaves one message with one outcome at most, and both equations true at each step")
    func everyOrder() {
        var trials = 0
        func go(_ ledger: ProbeLedger, _ disk: Disk, depth: Int, at seconds: Int64) {
            for happening in Happening.allCases {
                var (ledger, disk) = (ledger, disk)
                let now = seconds + 400
                switch happening {
                case .accept: ledger.accept("a", by: "mx-1:25", reply: "250 Ok", queueID: nil, at: moment(now))
                case .seeFirst: ledger.see("a", as: copy(7, at: now), bookedAt: moment(now))
                case .seeSecond: _ = ledger.judge(mark("a"), copy(8, at: now), at: moment(now))
                case .seeJunk: ledger.see("a", as: copy(9, in: .junk, at: now), bookedAt: moment(now))
                case .bounce: ledger.settle("a", as: .bounced, at: moment(now))
                case .release: ledger.release("a", mayBeSent: false, at: moment(now))
                case .releaseUndecided: ledger.release("a", mayBeSent: true, at: moment(now))
                case .look:
                    ledger.look(begunAt: moment(now))
                    ledger.expire(at: moment(now))
                case .restart:
                    ledger = self.ledger(disk.account, openedAt: now)
                    if let known = disk.records["a"] { ledger.recall(known) }
                }
                disk.take(ledger.takeChange())
                trials += 1
                if let fault = fault(in: ledger, disk, messages: 1) { Issue.record("\(fault) after \(happening), depth \(depth)") }
                if depth > 1 { go(ledger, disk, depth: depth - 1, at: now) }
            }
        }
        var (ledger, disk) = (ledger(), Disk())
        ledger.begin("a", at: moment(0))
        disk.take(ledger.takeChange())
        go(ledger, disk, depth: 5, at: 0)
        #expect(trials == (1...5).reduce(0) { sum, depth in sum + (0..<depth).reduce(1) { product, _ in product * 9 } })
    }

    @Test(
        "At random, with many messages, crashes that lose what was not yet on disk, and restarts: both equations hold at each step",
        arguments: 1...20)
    func random(seed: UInt64) {
        var random = SplitMix(state: seed)
        var (ledger, disk) = (ledger(), Disk())
        /// Noted and not yet on disk.
        var queue: [ProbeChange] = []
        var begun: [String] = []
        var now: Int64 = 0
        func any() -> String { begun.isEmpty ? "none" : begun[random.next(begun.count)] }
        for step in 0..<1500 {
            now += Int64(random.next(60))
            var before = ledger.tally
            switch random.next(16) {
            case 0...3:
                begun.append("m\(step)")
                ledger.begin("m\(step)", at: moment(now))
            case 4...6: ledger.accept(any(), by: "mx-1:25", reply: "250 Ok", queueID: nil, at: moment(now))
            case 7...8: ledger.see(any(), as: copy(UInt32(random.next(3) + 1), at: now), bookedAt: moment(now))
            case 9: _ = ledger.judge(mark(any()), copy(UInt32(random.next(3) + 1), in: .junk, at: now), at: moment(now))
            case 10: ledger.settle(any(), as: .bounced, at: moment(now))
            case 11...12: ledger.release(any(), mayBeSent: random.next(2) == 0, at: moment(now))
            case 13:
                ledger.look(begunAt: moment(now))
                ledger.expire(at: moment(now))
            case 14:
                // What is on disk is a beginning of what was noted.
                for change in queue.prefix(random.next(queue.count + 1)) { disk.take(change) }
                queue = []
                ledger = self.ledger(disk.account, openedAt: now)
                before = ledger.tally
                begun.removeAll { disk.records[$0] == nil }
            default:
                for change in queue { disk.take(change) }
                queue = []
                for record in begun.suffix(20).compactMap({ disk.records[$0] }) { ledger.recall(record) }
            }
            if let change = ledger.takeChange() { queue.append(change) }
            let fault = self.fault(in: ledger, disk, messages: nil) ?? (isMonotonic(before, ledger.tally) ? nil : "a total has fallen")
            guard fault == nil else {
                Issue.record("\(fault ?? "") at step \(step)")
                return
            }
        }
        #expect(ledger.tally.begun > 100)
    }

    // MARK: Support

    private func isMonotonic(_ before: ProbeTally, _ after: ProbeTally) -> Bool {
        before.sent <= after.sent && before.unsent <= after.unsent
            && ProbeOutcome.allCases.allSatisfy { outcome in
                (before.outcomes[outcome] ?? 0) <= (after.outcomes[outcome] ?? 0)
                    && (before.corrected[outcome] ?? 0) <= (after.corrected[outcome] ?? 0)
            }
    }

    private func fault(in ledger: ProbeLedger, _ disk: Disk? = nil, messages: Int?) -> String? {
        let tally = ledger.tally
        if tally.sent != tally.settled + ledger.outstandingCount { return "sent \(tally), outstanding \(ledger.outstandingCount)" }
        if tally.begun != tally.sent + tally.unsent - tally.unsentFound + ledger.unconfirmedCount {
            return "begun \(tally), unconfirmed \(ledger.unconfirmedCount)"
        }
        if ProbeOutcome.allCases.contains(where: { tally.standing($0) < 0 }) { return "fewer than none: \(tally)" }
        if let messages, tally.settled > messages { return "more ends than messages: \(tally)" }
        return disk.flatMap(fault(on:))
    }

    private func fault(on disk: Disk) -> String? {
        let (tally, stages) = (disk.tally, disk.records.values.map(\.stage))
        let accepted = stages.count { $0 == .accepted }
        let unconfirmed = stages.count { $0 == .begun }
        if tally.sent != tally.settled + accepted { return "sent \(tally), outstanding \(accepted)" }
        if tally.begun != tally.sent + tally.unsent - tally.unsentFound + unconfirmed {
            return "begun \(tally), unconfirmed \(unconfirmed)"
        }
        for outcome in ProbeOutcome.allCases where tally.standing(outcome) != stages.count(where: { $0 == .settled(outcome) }) {
            return "\(outcome): \(tally.standing(outcome)) in the totals, others by messages"
        }
        return nil
    }
}

/// A disk that takes whole changes.
private struct Disk {
    var tally = ProbeTally()
    var records: [String: ProbeRecord] = [:]

    var account: ProbeAccount { ProbeAccount(tally: tally, outstanding: records.values.filter(\.isOutstanding)) }

    mutating func take(_ change: ProbeChange?) {
        guard let change else { return }
        tally = change.tally
        for record in change.records { records[record.id] = record }
    }
}

private struct SplitMix {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(max(bound, 1)))
    }
}
