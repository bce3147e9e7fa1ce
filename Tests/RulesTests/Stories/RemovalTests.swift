import PostwatchModel
import PromQL
import Testing

@testable import Rules

@Suite("Things that were removed for good")
struct RemovalTests {
    private static let day: Int64 = 86_400

    /// One evaluation each hour; `mx1` falls silent in the third hour, `mx2` goes on.
    private static func story(_ annotations: String, value: Int = 1) throws -> RuleStory {
        var story = try RuleStory("- alert: Down\n  expr: queue == 0\n  annotations: {\(annotations)}", interval: 3600)
        try story.feed("queue{instance=\"mx1\"}", "1 \(value) \(value)")
        try story.feed("queue{instance=\"mx2\"}", "1x100")
        return story
    }

    @Test("NoData of a host that nobody names ends after a day, and does not come back")
    func noData() async throws {
        var story = try Self.story("postwatch_missing: nodata")
        await story.evaluate(0...(3 * Self.day))
        #expect(story.told == ["10800 firing NoData mx1", "97200 resolved NoData mx1"])
        #expect(story.stored.isEmpty)
    }

    @Test("Its end is explained")
    func explained() async throws {
        var story = try Self.story("postwatch_missing: nodata")
        await story.evaluate(0...97_200)
        let step = story.tracker.explanations[0]?.alerts.first
        #expect(step?.before == .firing && step?.after == nil)
        #expect(step?.reason == "it has been without data for so long that it is taken for removed")
    }

    @Test("While a target's up names the host, be it 0, NoData stays; after that it ends", arguments: [0, 1])
    func listedByUp(up: Int) async throws {
        var story = try Self.story("postwatch_missing: nodata")
        try story.feed("up{instance=\"mx1\", job=\"mail\"}", "\(up)x48 stale")
        await story.evaluate(0...(2 * Self.day))
        #expect(story.told == ["10800 firing NoData mx1"])
        await story.evaluate((2 * Self.day + 3600)...(3 * Self.day))
        #expect(story.told == ["10800 firing NoData mx1", "\(2 * Self.day + 3600) resolved NoData mx1"])
    }

    @Test("While the platform lists the host, NoData stays", arguments: ["mx1", "10.0.0.1"])
    func listedByPlatform(name: String) async throws {
        var story = try Self.story("postwatch_missing: nodata")
        let node = Topology.Node(name: name, address: name == "mx1" ? "10.0.0.1" : "mx1")
        story.inventory = RuleInventory(Topology(platform: "p", components: [.init(name: "mx", role: .mx, nodes: [node])]))
        await story.evaluate(0...(3 * Self.day))
        #expect(story.told == ["10800 firing NoData mx1"])
        // It is taken out of the configuration.
        story.inventory = RuleInventory()
        story.restart()
        await story.evaluate((3 * Self.day + 3600)...(3 * Self.day + 3600))
        #expect(story.told.last == "\(3 * Self.day + 3600) resolved NoData mx1")
    }

    @Test("postwatch_forget says after how long, whoever names the host; never means never")
    func stated() async throws {
        var story = try Self.story("postwatch_missing: nodata, postwatch_forget: 6h")
        try story.feed("up{instance=\"mx1\"}", "0x100")
        await story.evaluate(0...Self.day)
        #expect(story.told == ["10800 firing NoData mx1", "32400 resolved NoData mx1"])
        var never = try Self.story("postwatch_missing: nodata, postwatch_forget: never")
        await never.evaluate(0...(4 * Self.day))
        #expect(never.told == ["10800 firing NoData mx1"])
    }

    @Test("An alert that is kept or goes on without data ends the same way, counted from its last sample", arguments: ["keep", "alert"])
    func keptAlerts(policy: String) async throws {
        var story = try Self.story("postwatch_missing: \(policy)", value: 0)
        await story.evaluate(0...(3 * Self.day))
        #expect(story.told == ["3600 firing mx1", "93600 resolved mx1"])
    }

    @Test("A restart does not begin the count anew")
    func restart() async throws {
        var story = try Self.story("postwatch_missing: nodata")
        await story.evaluate(0...Self.day)
        story.restart()
        await story.evaluate((Self.day + 3600)...(2 * Self.day))
        #expect(story.told == ["10800 firing NoData mx1", "97200 resolved NoData mx1"])
    }

    @Test("What is back within the time was never gone, and what comes back later is new")
    func back() async throws {
        var story = try Self.story("postwatch_missing: nodata")
        try story.feed("queue{instance=\"mx1\"}", "1 1", from: 2 * Self.day)
        await story.evaluate(0...(2 * Self.day + 4 * 3600))
        #expect(story.told.suffix(1) == ["\(2 * Self.day + 2 * 3600) firing NoData mx1"])
    }

    @Test("Where all data of a rule are gone, no host is: such an alert stays")
    func withoutLabels() async throws {
        var story = try RuleStory(
            "- alert: Down\n  expr: sum(queue) == 0\n  annotations: {postwatch_missing: nodata}", interval: 3600)
        try story.feed("queue", "1 1 1")
        await story.evaluate(0...(3 * Self.day))
        #expect(story.told == ["10800 firing NoData"])
    }

    @Test("One of two metrics being gone for long does not end an alert of a host that is still measured")
    func stillMeasured() async throws {
        var story = try RuleStory(
            """
            - alert: Down
              expr: errors > 5 and on (instance) traffic > 0
              annotations: {postwatch_missing: keep}
            """, interval: 3600)
        try story.feed("errors{instance=\"mx1\"}", "9 9 9")
        try story.feed("traffic{instance=\"mx1\"}", "1x100")
        await story.evaluate(0...(3 * Self.day))
        #expect(story.told == ["0 firing mx1"])
    }

    @Test("Nonsense in postwatch_forget is refused", arguments: ["soon", "0", "-1d", ""])
    func refuses(text: String) {
        #expect(RemovalPolicy(annotation: text) == nil)
    }
}
