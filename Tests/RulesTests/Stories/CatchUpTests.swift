import PostwatchModel
import PromQL
import Testing

@testable import Rules

@Suite("Evaluations made up for beside those of now")
struct CatchUpTests {
    private static let rule = "- alert: Down\n  expr: up == 0\n  for: 10m"

    /// `up` of mx1, one value for each 15 s; evaluated up to 60 s, then not for 20 minutes, then once. What was missed is made up for behind
    /// that. Gives the story and what learning changed.
    private static func story(_ values: String, rule: String = rule) async throws -> (story: RuleStory, effects: RuleEffects) {
        var story = try RuleStory(rule)
        try story.feed("up{instance=\"mx1\"}", values)
        await story.evaluate(0...60)
        var past = story
        story.pass(over: 1200)
        await story.evaluate(1260...1260)
        await past.evaluate(75...1245, isCatchUp: true)
        let effects = story.learn(from: past, since: 1260)
        return (story, effects)
    }

    @Test("Of a condition that held all the time for goes on as if nothing had been")
    func heldAllTheTime() async throws {
        var (story, effects) = try await Self.story("0x200")
        #expect(story.tracker.alerts(ofRule: 0).map(\.activeAt) == [RuleStory.at(0)])
        #expect(effects.changed.map(\.activeAt) == [RuleStory.at(0)])
        await story.evaluate(1275...1275)
        #expect(story.told == ["1275 firing mx1"])
    }

    @Test("Of a condition that was gone in between for begins anew")
    func goneInBetween() async throws {
        var (story, _) = try await Self.story("0x20 1x20 0x200")
        #expect(story.tracker.alerts(ofRule: 0).map(\.activeAt) == [RuleStory.at(630)])
        await story.evaluate(1275...1275)
        #expect(story.told == ["1275 firing mx1"])
        var (late, _) = try await Self.story("0x82 1 0x200")
        #expect(late.tracker.alerts(ofRule: 0).map(\.activeAt) == [RuleStory.at(1260)])
        await late.evaluate(1275...1845)
        #expect(late.told.isEmpty)
        await late.evaluate(1860...1860)
        #expect(late.told == ["1860 firing mx1"])
    }

    @Test("What came and went is in the series, with its end, and nobody is told")
    func cameAndWent() async throws {
        let (story, effects) = try await Self.story("1x10 0x72 1x100", rule: "- alert: Down\n  expr: up == 0")
        #expect(story.told.isEmpty && effects.events.isEmpty && effects.changed.isEmpty)
        #expect(effects.samples.count == 2 && effects.samples.allSatisfy { Sample.isStaleMarker($0.value) })
    }

    @Test("A series that was recorded meanwhile and is no more is ended")
    func recorded() async throws {
        let (_, effects) = try await Self.story("1x83 stale", rule: "- record: r\n  expr: up")
        #expect(effects.samples.map { "\($0.labels) \($0.timestamp.milliseconds)" } == ["r{instance=\"mx1\"} 1260000"])
    }

    @Test("An explanation that was made up for takes its place among the others, and is not the last")
    func explanations() {
        func explanation(at second: Int64) -> RuleExplanation {
            var one = RuleExplanation(
                group: "g", rule: "r", revision: "1", expression: "up", evaluatedAt: RuleStory.at(second), lookedAt: RuleStory.at(second),
                isCatchUp: false, readings: [])
            one.alerts = [.init(id: "a", labels: LabelSet(), before: nil, after: .firing, value: 1, reason: "")]
            return one
        }
        var book = ExplanationBook(changeLimit: 3)
        for second: Int64 in [10, 40, 20, 30] { book.note(explanation(at: second), ofRule: 0, inGroup: "g") }
        #expect(book.last(ofRule: 0, inGroup: "g")?.evaluatedAt == RuleStory.at(40))
        #expect(book.changes(ofRule: 0, inGroup: "g").map(\.evaluatedAt) == [40, 30, 20].map { RuleStory.at($0) })
    }

    @Test("An outage of the server is no missing data: nothing is missed anew until data had time to come", arguments: ["nodata", "alert"])
    func outageIsNoMissingData(policy: String) async throws {
        var story = try RuleStory("- alert: Down\n  expr: up == 0\n  annotations: {postwatch_missing: \(policy)}")
        try story.feed("up{instance=\"mx1\"}", "1x4 _x35 1 1")
        try story.feed("up{instance=\"mx2\"}", "1x4")
        try story.feed("up{instance=\"mx3\"}", "0x4 _x35 0 0")
        await story.evaluate(0...60)
        await story.evaluate(75...585, isCatchUp: true)
        await story.evaluate(600...870, isDataLate: true)
        #expect(story.told == ["0 firing mx3"])
        await story.evaluate(885...885)
        #expect(story.told == ["0 firing mx3", "885 firing \(policy == "nodata" ? "NoData " : "")mx2"])
        // What was missing before goes on being so.
        story.restart()
        await story.evaluate(900...945, isCatchUp: true)
        await story.evaluate(960...1000, isAfterStart: true, isDataLate: true)
        #expect(story.told.count == 2)
    }

    @Test("Right after a start a firing alert whose condition is not seen stays, others come and go as ever")
    func afterStart() async throws {
        var story = try RuleStory("- alert: Down\n  expr: up == 0")
        try story.feed("up{instance=\"mx1\"}", "0 0 1x10")
        try story.feed("up{instance=\"mx2\"}", "1 1 0 1x10")
        await story.evaluate(0...15)
        story.restart()
        // As many elements as alerts were firing: another one.
        await story.evaluate(30...45, isAfterStart: true)
        #expect(story.told == ["0 firing mx1", "30 firing mx2", "45 resolved mx2"])
        await story.evaluate(60...60)
        #expect(story.told.last == "60 resolved mx1")
    }
}
