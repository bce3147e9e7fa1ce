import PostwatchModel
import TestSupport
import Testing

@testable import Triage

@Suite("ConfirmationTracker")
struct ConfirmationTrackerTests {
    /// `+` a good run, `-` a failed one; what follows each: `U`p, `S`uspect, `D`own, and `r` when a repeat is wanted.
    struct Case: CustomTestStringConvertible, Sendable {
        let policy: ConfirmationPolicy
        let runs: String
        let states: String
        var testDescription: String { "\(runs) → \(states)" }
    }

    private static let usual = ConfirmationPolicy()
    private static let dovemon = ConfirmationPolicy(failures: 3, repeats: 10, interval: .seconds(1))

    static let cases = [
        Case(policy: usual, runs: "+++", states: "U U U"),
        // A failure is seen at once, and condemned after two repeats.
        Case(policy: usual, runs: "+---", states: "U Sr Sr D"),
        Case(policy: usual, runs: "---", states: "Sr Sr D"),
        // One good repeat is enough for a blip.
        Case(policy: usual, runs: "+-+", states: "U Sr U"),
        Case(policy: usual, runs: "--+", states: "Sr Sr U"),
        // Up again after two good runs in a row, which are rapid as well.
        Case(policy: usual, runs: "---++", states: "Sr Sr D Dr U"),
        Case(policy: usual, runs: "---+-++", states: "Sr Sr D Dr D Dr U"),
        Case(policy: usual, runs: "-----", states: "Sr Sr D D D"),
        // Without repeats the failures alone decide.
        Case(policy: ConfirmationPolicy(repeats: 0), runs: "+-+", states: "U D Dr"),
        Case(policy: ConfirmationPolicy(failures: 2, repeats: 0, recoveries: 1), runs: "-+--+", states: "S U S D U"),
        // Repeats of which none must fail are none.
        Case(policy: ConfirmationPolicy(repeats: 3, failing: 0), runs: "-", states: "D"),
        // As dovemon: three slow, then rapid until seven of ten have failed or cannot fail any more.
        Case(policy: dovemon, runs: "--+---", states: "S S U S S Sr"),
        Case(policy: dovemon, runs: "----------", states: "S S Sr Sr Sr Sr Sr Sr Sr D"),
        Case(policy: dovemon, runs: "---+++-------", states: "S S Sr Sr Sr Sr Sr Sr Sr Sr Sr Sr D"),
        Case(policy: dovemon, runs: "---++++", states: "S S Sr Sr Sr Sr U"),
    ]

    @Test("slow, then rapid, then a verdict; up again only after several good runs", arguments: cases)
    func table(_ example: Case) {
        var tracker = ConfirmationTracker(example.policy)
        #expect(tracker.state == nil && tracker.isUp == nil)
        var states: [String] = []
        for (second, run) in example.runs.enumerated() {
            let wait = tracker.observe(isSuccess: run == "+", startedAt: Timestamp(seconds: Double(second)))
            #expect(wait == nil || wait == example.policy.interval)
            states.append((tracker.state?.rawValue.prefix(1).uppercased() ?? "?") + (wait == nil ? "" : "r"))
        }
        #expect(states.joined(separator: " ") == example.states)
    }

    @Test("the verdict stays as it was while a failure is only suspected")
    func verdict() {
        var tracker = ConfirmationTracker(ConfirmationPolicy())
        _ = tracker.observe(isSuccess: false, startedAt: Timestamp(seconds: 0))
        #expect(tracker.isUp == nil, "nothing is known yet: a restart must not acquit")
        _ = tracker.observe(isSuccess: true, startedAt: Timestamp(seconds: 1))
        #expect(tracker.isUp == true && tracker.failingSince == nil)
        _ = tracker.observe(isSuccess: false, startedAt: Timestamp(seconds: 2))
        #expect(tracker.isUp == true && tracker.failingSince == Timestamp(seconds: 2))
        for second in [3.0, 4] { _ = tracker.observe(isSuccess: false, startedAt: Timestamp(seconds: second)) }
        #expect(tracker.isUp == false && tracker.failingSince == Timestamp(seconds: 2))
        _ = tracker.observe(isSuccess: true, startedAt: Timestamp(seconds: 5))
        #expect(tracker.isUp == false && tracker.state == .down)
    }

    @Test("a good run that began before a failed one ends nothing")
    func oldNews() {
        var tracker = ConfirmationTracker(ConfirmationPolicy())
        _ = tracker.observe(isSuccess: false, startedAt: Timestamp(seconds: 30))
        #expect(tracker.observe(isSuccess: true, startedAt: Timestamp(seconds: 0)) == nil)
        #expect(tracker.state == .suspect)
        // A failed one that comes late is a failure all the same.
        _ = tracker.observe(isSuccess: false, startedAt: Timestamp(seconds: 10))
        #expect(tracker.state == .suspect && tracker.failingSince == Timestamp(seconds: 10))
    }

    @Test("seven of ten, rounded up", arguments: [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (10, 7)])
    func usualFailing(repeats: Int, failing: Int) {
        #expect(ConfirmationPolicy(repeats: repeats).failing == failing)
    }

    @Test("whatever happens, it is never down before enough failures, and repeats come to an end", arguments: 0..<100)
    func anyOrder(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let policy = ConfirmationPolicy(
            failures: Int(generator.next() % 3), repeats: Int(generator.next() % 5), failing: Int(generator.next() % 5),
            recoveries: Int(generator.next() % 4))
        var tracker = ConfirmationTracker(policy)
        var (failures, good) = (0, 0)
        for second in 0..<400 {
            let isSuccess = generator.next() % 3 == 0
            let before = tracker.isUp
            let wait = tracker.observe(isSuccess: isSuccess, startedAt: Timestamp(seconds: Double(second)))
            failures = isSuccess ? failures : failures + 1
            good = isSuccess ? good + 1 : 0
            if before != false && tracker.isUp == false { #expect(failures >= policy.failures + policy.failing) }
            if before == false && tracker.isUp == true { #expect(good >= policy.recoveries) }
            if tracker.state == .up { failures = 0 }
            #expect((tracker.failingSince == nil) == (tracker.state == .up))
            #expect(wait == nil || tracker.state == .suspect || good > 0)
        }
    }
}
