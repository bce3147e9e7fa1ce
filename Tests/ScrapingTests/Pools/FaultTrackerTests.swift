import PostwatchModel
import Testing

@testable import Scraping

@Suite("Telling of a fault")
struct FaultTrackerTests {
    private static let start = Timestamp(milliseconds: 1_767_225_600_000)

    @Test("A fault is told when it begins and when it ends, however often it is seen")
    func once() {
        var tracker = FaultTracker()
        #expect(observe(nil, 0, &tracker) == .silence)
        #expect(observe("a", 1, &tracker) == .begun)
        for minute in 2..<60 { #expect(observe("a", minute, &tracker) == .silence) }
        #expect(tracker.span == FaultTracker.Span(since: Self.start + .seconds(60), times: 59))
        #expect(observe(nil, 60, &tracker) == .ended)
        #expect(tracker.span == nil)
        #expect(observe(nil, 61, &tracker) == .silence)
    }

    @Test("A fault that lasts is told once an hour")
    func lasting() {
        var tracker = FaultTracker()
        let told = (0...180).filter { observe("a", $0, &tracker) != .silence }
        #expect(told == [0, 60, 120, 180])
    }

    @Test("A text is told when it is another one, but not every time that two take turns")
    func changing() {
        var tracker = FaultTracker()
        #expect(observe("a", 0, &tracker) == .begun)
        #expect(observe("b", 1, &tracker) == .changed)
        for minute in 2..<60 { #expect(observe(minute % 2 == 0 ? "a" : "b", minute, &tracker) == .silence) }
    }

    @Test("A place that is never the same for long is told of a bounded number of times an hour")
    func bounded() {
        var texts = FaultTracker()
        #expect((0..<600).filter { observe("text \($0)", $0 / 10, &texts) != .silence }.count == FaultTracker.mostInAnHour)
        var flapping = FaultTracker()
        let told = (0..<600).filter { observe($0 % 2 == 0 ? "a" : nil, $0 / 10, &flapping) != .silence }
        #expect(told.count == 2 * FaultTracker.mostInAnHour)
        // It has begun without a word, and lasts when there is room for one again.
        #expect(observe("a", 59, &flapping) == .silence)
        #expect(observe("a", 61, &flapping) == .lasting)
        #expect(observe(nil, 62, &flapping) == .ended)
    }

    @Test("A clock that was set back silences nothing for good")
    func clockSetBack() {
        var tracker = FaultTracker()
        #expect(observe("a", 1000, &tracker) == .begun)
        #expect(observe("a", 10, &tracker) == .lasting)
        #expect(observe("a", 11, &tracker) == .silence)
    }

    // MARK: - Private

    private func observe(_ fault: String?, _ minute: Int, _ tracker: inout FaultTracker) -> FaultTracker.Effect {
        tracker.observe(fault, at: Self.start + .seconds(60 * minute))
    }
}
