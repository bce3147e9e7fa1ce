import PostwatchModel
import PromQL
import Testing

@testable import Rules

@Suite("Rules over time")
struct RuleStoryTests {
    private static func down(_ keys: String = "", missing: String? = nil, recover: String? = nil) -> String {
        var notes = missing.map { ["postwatch_missing: \($0)"] } ?? []
        if let recover { notes.append("postwatch_recover: \"\(recover)\"") }
        let annotations = notes.isEmpty ? "" : "\n  annotations: {\(notes.joined(separator: ", "))}"
        return "- alert: Down\n  expr: up == 0\(keys.isEmpty ? "" : "\n  " + keys)\(annotations)"
    }

    @Test("for: an alert is pending first and fires when the condition has held long enough")
    func hold() async throws {
        var story = try RuleStory(Self.down("for: 30s"))
        try story.feed("up{instance=\"mx1\"}", "1 0 0 0 0 1 0 1")
        await story.evaluate(0...15)
        #expect(story.states == ["pending mx1"])
        await story.evaluate(30...120)
        #expect(story.told == ["45 firing mx1", "75 resolved mx1"])
        #expect(try await story.value("ALERTS{alertstate=\"pending\"}", at: 30).count == 1)
        #expect(try await story.value("ALERTS_FOR_STATE", at: 60) == ["ALERTS_FOR_STATE{alertname=\"Down\", instance=\"mx1\"} 15"])
        #expect(try await story.value("ALERTS", at: 75).isEmpty)
    }

    @Test("keep_firing_for holds an alert up and counts from the first evaluation without the condition")
    func keepFiring() async throws {
        var story = try RuleStory(Self.down("keep_firing_for: 30s"))
        try story.feed("up{instance=\"mx1\"}", "0 1 0 1 1 1 1")
        await story.evaluate(0...90)
        #expect(story.told == ["0 firing mx1", "75 resolved mx1"])
    }

    // MARK: Missing data

    @Test(
        "When data vanish, an alert does what postwatch_missing says",
        arguments: [
            (nil, ["15 firing mx1", "330 resolved mx1"]), ("resolve", ["15 firing mx1", "330 resolved mx1"]), ("keep", ["15 firing mx1"]),
            ("alert", ["15 firing mx1"]), ("nodata", ["15 firing mx1", "330 firing NoData mx1"]),
        ])
    func missing(policy: String?, told: [String]) async throws {
        var story = try RuleStory(Self.down(missing: policy))
        try story.feed("up{instance=\"mx1\"}", "1 0 0")
        try story.feed("up{instance=\"mx2\"}", "1x60")
        await story.evaluate(0...600)
        #expect(story.told == told)
    }

    @Test(
        "When a healthy series vanishes, only alert and nodata say so; when it is back, that is over",
        arguments: [
            (nil, []), ("keep", []), ("alert", ["330 firing mx1", "600 resolved mx1"]),
            ("nodata", ["330 firing NoData mx1", "600 resolved NoData mx1"]),
        ] as [(String?, [String])])
    func missingHealthy(policy: String?, told: [String]) async throws {
        var story = try RuleStory(Self.down(missing: policy))
        try story.feed("up{instance=\"mx1\"}", "1 1 1")
        try story.feed("up{instance=\"mx1\"}", "1 1 1", from: 600)
        try story.feed("up{instance=\"mx2\"}", "1x60")
        await story.evaluate(0...630)
        #expect(story.told == told)
    }

    @Test("A series that was ended by a stale marker is missing at once, and its alert is kept until it says that all is well")
    func staleSeries() async throws {
        var story = try RuleStory(Self.down(missing: "keep"))
        try story.feed("up{instance=\"mx1\"}", "0 0 stale _x20 1 1")
        await story.evaluate(0...330)
        #expect(story.told == ["0 firing mx1"])
        await story.evaluate(345...360)
        #expect(story.told == ["0 firing mx1", "345 resolved mx1"])
    }

    @Test("A window that empties because nothing is measured any more does not end an alert")
    func shrinkingWindow() async throws {
        var story = try RuleStory(
            """
            - alert: Down
              expr: count_over_time(up[150s]) - sum_over_time(up[150s]) >= 2 and last_over_time(up[10m]) == 0
              annotations: {postwatch_missing: keep}
            """)
        try story.feed("up{instance=\"mx1\"}", "1 0 0 0 _x60 1 1")
        await story.evaluate(0...900)
        #expect(story.told == ["30 firing mx1"])
        await story.evaluate(915...990)
        #expect(story.told.last == "960 resolved mx1")
    }

    @Test("One of two metrics falling silent is missing data, however fresh the other is")
    func oneOfTwo() async throws {
        var story = try RuleStory(
            """
            - alert: Down
              expr: errors > 5 and on (instance) traffic > 0
              annotations: {postwatch_missing: keep}
            """)
        try story.feed("errors{instance=\"mx1\"}", "9 9 9")
        try story.feed("traffic{instance=\"mx1\"}", "1x60")
        await story.evaluate(0...900)
        #expect(story.told == ["0 firing mx1"])
    }

    @Test("A slow metric beside a fast one delays no recovery")
    func slowBesideFast() async throws {
        var story = try RuleStory(
            """
            - alert: Down
              expr: errors > 5 and on (instance) last_over_time(limit[1h]) > 0
              annotations: {postwatch_missing: keep}
            """)
        try story.feed("errors{instance=\"mx1\"}", "9x40 1x10")
        try story.feed("limit{instance=\"mx1\"}", "1 1", every: 240)
        await story.evaluate(0...660)
        #expect(story.told == ["0 firing mx1", "615 resolved mx1"])
    }

    @Test("An alert about absence ends when there is something")
    func absence() async throws {
        var story = try RuleStory("- alert: Down\n  expr: absent(up)\n  annotations: {postwatch_missing: keep}")
        try story.feed("up", "_ _ 1 1")
        await story.evaluate(0...45)
        #expect(story.told == ["0 firing ", "30 resolved "])
    }

    @Test("While data are missing, for waits")
    func pendingWaits() async throws {
        var story = try RuleStory(Self.down("for: 60s", missing: "keep"))
        try story.feed("up{instance=\"mx1\"}", "0 0 stale _x17 0x8")
        await story.evaluate(0...420)
        // 30 s up to the gap, 30 s behind it.
        #expect(story.told == ["330 firing mx1"])
    }

    // MARK: Recovery

    @Test("A firing alert ends only where the condition of recovery holds")
    func recovery() async throws {
        var story = try RuleStory(
            "- alert: Down\n  expr: free < 10\n  annotations: {postwatch_recover: free > 15}")
        try story.feed("free{instance=\"mx1\"}", "20 9 11 14 9 12 16 12 9")
        try story.feed("free{instance=\"mx2\"}", "20x9")
        await story.evaluate(0...120)
        #expect(story.told == ["15 firing mx1", "90 resolved mx1", "120 firing mx1"])
    }

    @Test("A kept alert that compares with the past ends when the present is well again, though what it compares with is old")
    func comparedWithThePast() async throws {
        var story = try RuleStory(
            """
            - alert: Slow
              expr: sum by (instance) (rate(sent[1m])) < 0.5 * sum by (instance) (rate(sent[1m] offset 5m))
              annotations: {postwatch_missing: keep}
            """)
        try story.feed("sent{instance=\"mx1\"}", "0+10x40 401+1x20 421+10x60")
        await story.evaluate(0...1800)
        #expect(story.told.map { $0.split(separator: " ").dropFirst().joined(separator: " ") } == ["firing Slow mx1", "resolved Slow mx1"])
    }

    @Test("Without data there is no recovery to wait for: what counts is what missing data mean", arguments: [(nil, 2), ("keep", 1)])
    func recoveryWithoutData(policy: String?, count: Int) async throws {
        var story = try RuleStory(Self.down(missing: policy, recover: "up == 1"))
        try story.feed("up{instance=\"mx1\"}", "0 0")
        await story.evaluate(0...600)
        #expect(story.told.count == count)
    }

    // MARK: Restart

    @Test("A restart at any moment changes nothing", arguments: [nil, "keep", "alert", "nodata"] as [String?])
    func restart(policy: String?) async throws {
        func run(restartingAt moment: Int64?) async throws -> [String] {
            var story = try RuleStory(Self.down("for: 30s\n  keep_firing_for: 30s", missing: policy, recover: "up > 1"))
            try story.feed("up{instance=\"mx1\"}", "1 0 0 0 0 1 1 2 2 0 0 0 0 2x40")
            try story.feed("up{instance=\"mx2\"}", "2 2 0 0 0 _x30 0 0 1 2 2 2")
            try story.feed("up{instance=\"mx3\"}", "2x60")
            for second in stride(from: Int64(0), through: 720, by: 15) {
                if second == moment { story.restart() }
                await story.evaluate(second...second)
            }
            return story.told
        }
        let undisturbed = try await run(restartingAt: nil)
        #expect(undisturbed.count >= 4)
        for second in stride(from: Int64(0), through: 720, by: 15) {
            let found = try await run(restartingAt: second)
            #expect(found == undisturbed, "restarted at \(second)")
        }
    }

    // MARK: Limit

    @Test("A breach of the limit raises one event about the rule and leaves its alerts alone")
    func limit() async throws {
        var story = try RuleStory(Self.down(), keys: "limit: 2")
        try story.feed("up{instance=\"mx1\"}", "0 0 0 0 0 1")
        try story.feed("up{instance=\"mx2\"}", "1 0 0 0 1 1")
        try story.feed("up{instance=\"mx3\"}", "1 1 0 0 0 1")
        await story.evaluate(0...30)
        #expect(story.told == ["0 firing mx1", "15 firing mx2", "30 firing RuleLimitExceeded"])
        #expect(story.tracker.health[0].lastError == .limitExceeded(found: 3, limit: 2))
        #expect(try await story.value("ALERTS", at: 30).count == 3)
        story.restart()
        await story.evaluate(45...75)
        #expect(
            story.told.dropFirst(3) == [
                "60 firing mx3", "60 resolved RuleLimitExceeded", "60 resolved mx2", "75 resolved mx1", "75 resolved mx3",
            ])
    }

    @Test("A recording rule beyond its limit says so too")
    func recordingLimit() async throws {
        var story = try RuleStory("- record: r\n  expr: up", keys: "limit: 1")
        try story.feed("up{instance=\"mx1\"}", "0x4")
        try story.feed("up{instance=\"mx2\"}", "_ 0 stale")
        await story.evaluate(0...30)
        #expect(story.told == ["15 firing RuleLimitExceeded", "30 resolved RuleLimitExceeded"])
        #expect(try await story.value("r", at: 30) == ["r{instance=\"mx1\"} 0"])
    }

    // MARK: Errors, groups, offsets

    @Test("A query that fails leaves alerts as they are, and their series unwritten")
    func queryErrors() async throws {
        var story = try RuleStory(Self.down("for: 30s"))
        try story.feed("up{instance=\"mx1\"}", "0 0 0 0 0")
        await story.evaluate(0...15)
        story.fail(at: 30)
        #expect(story.states == ["pending mx1"] && story.tracker.health[0].lastError == .query(.timedOut))
        await story.evaluate(45...45)
        #expect(story.told == ["45 firing mx1"])
    }

    @Test("Labels of the group are laid under those of the rule")
    func groupLabels() async throws {
        var story = try RuleStory(Self.down("labels: {team: mx}"), keys: "labels: {team: mail, site: lab}")
        try story.feed("up{instance=\"mx1\"}", "0")
        await story.evaluate(0...0)
        let labels = try #require(story.tracker.alerts(ofRule: 0).first).labels
        #expect(labels == ["alertname": "Down", "instance": "mx1", "team": "mx", "site": "lab"])
    }

    @Test("query_offset looks back, and what comes of it bears that time")
    func queryOffset() async throws {
        var story = try RuleStory("- record: r\n  expr: up\n" + Self.down(), keys: "query_offset: 30s")
        try story.feed("up{instance=\"mx1\"}", "1 0 0 0")
        await story.evaluate(45...45)
        #expect(story.told == ["45 firing mx1"])
        #expect(try await story.value("timestamp(r)", at: 45) == ["{instance=\"mx1\"} 15"])
        #expect(try await story.value("timestamp(ALERTS)", at: 45) == ["{alertname=\"Down\", alertstate=\"firing\", instance=\"mx1\"} 15"])
    }

    @Test("A template may ask a query while the alert is made")
    func templateQuery() async throws {
        var story = try RuleStory(
            """
            - alert: Down
              expr: up == 0
              annotations:
                summary: "{{ with printf \\"peers{instance='%s'}\\" $labels.instance | query }}{{ . | first | value }} peers{{ end }}"
            """)
        try story.feed("up{instance=\"mx1\"}", "0")
        try story.feed("peers{instance=\"mx1\"}", "3")
        await story.evaluate(0...0)
        #expect(story.tracker.alerts(ofRule: 0).first?.annotations["summary"] == "3 peers")
    }

    @Test("A lengthened for makes a firing alert pending again")
    func lengthenedHold() async throws {
        var short = try RuleStory(Self.down("for: 15s"))
        try short.feed("up{instance=\"mx1\"}", "0x20")
        await short.evaluate(0...30)
        var tracker = RuleGroupTracker(
            group: RuleGroup(
                name: "g", rules: [.alerting(AlertingRule(name: "Down", query: try PromQLQuery("up == 0"), hold: .seconds(60)))]),
            restoring: Array(short.stored.values))
        let observation = await RuleEvaluator(samples: short.samples).observe(rule: 0, of: tracker, at: RuleStory.at(45))
        let effects = tracker.observe(observation, ofRule: 0)
        #expect(effects.events.map(\.state) == [.resolved] && tracker.alerts(ofRule: 0).map(\.state) == [.pending])
    }

    // MARK: Catch-up

    @Test("Evaluations that are made up for write what they would have, and tell only what is true in the end")
    func catchUp() async throws {
        var story = try RuleStory(Self.down("for: 30s"))
        try story.feed("up{instance=\"mx1\"}", "1 1 0x10 1x10")
        try story.feed("up{instance=\"mx2\"}", "1 1 1 1 0x30")
        await story.evaluate(0...15)
        story.restart()
        var effects = RuleEffects()
        for second in stride(from: Int64(30), through: 270, by: 15) {
            let observation = await RuleEvaluator(samples: story.samples).observe(
                rule: 0, of: story.tracker, at: RuleStory.at(second), isCatchUp: true)
            effects.append(story.observe(observation))
        }
        #expect(effects.events.count == 3)
        #expect(effects.net.events.map { "\($0.state.rawValue) \($0.labels["instance"] ?? "")" } == ["firing mx2"])
        #expect(effects.net.events.map(\.startedAt) == [RuleStory.at(60)])
        #expect(effects.net.changed.count == 1 && effects.net.ended.count == 1)
        #expect(try await story.value("ALERTS{alertstate=\"firing\", instance=\"mx1\"}", at: 120).count == 1)
        #expect(try await story.value("ALERTS{instance=\"mx1\"}", at: 240).isEmpty)
    }

    @Test("What did not arrive during an outage proves nothing: alerts are kept, and for waits")
    func catchUpWithoutData() async throws {
        var story = try RuleStory(Self.down("for: 60s"))
        try story.feed("up{instance=\"mx1\"}", "0x5 _x60 0x10")
        try story.feed("up{instance=\"mx2\"}", "1 1 1 1 0 0 _x60 0x10")
        await story.evaluate(0...75)
        #expect(story.told == ["60 firing mx1"])
        story.restart()
        await story.evaluate(90...975, isCatchUp: true)
        #expect(story.told == ["60 firing mx1"])
        await story.evaluate(990...1065)
        #expect(story.told.count == 2 && story.told[1].hasSuffix("firing mx2"))
    }

    @Test("Time that is not made up for does not count towards for")
    func passing() async throws {
        var story = try RuleStory(Self.down("for: 60s"))
        try story.feed("up{instance=\"mx1\"}", "0x200")
        await story.evaluate(0...30)
        story.pass(over: 1200)
        await story.evaluate(1245...1290)
        #expect(story.told == ["1260 firing mx1"])
    }

    // MARK: Explanations

    @Test("An evaluation explains itself: what was read, how old it was, what became of the alerts and why")
    func explains() async throws {
        var story = try RuleStory(Self.down("for: 30s", missing: "keep"), keys: "query_offset: 5s")
        try story.feed("up{instance=\"mx1\", job=\"mail\"}", "0 0 0 stale")
        await story.evaluate(30...30)
        let first = try #require(story.tracker.explanations[0])
        #expect(first.expression == "up == 0" && first.revision.count == 16 && first.error == nil)
        #expect(first.lookedAt == RuleStory.at(25) && first.evaluatedAt == RuleStory.at(30))
        #expect(first.readings.map(\.selector) == ["{__name__=\"up\"}"])
        #expect(first.readings[0].samples.map(\.timestamp) == [RuleStory.at(15)])
        #expect(first.alerts.map(\.before) == [nil] && first.alerts.map(\.after) == [.pending] && first.isChange)
        await story.evaluate(60...60)
        let second = try #require(story.tracker.explanations[0])
        #expect(second.alerts.map(\.reason) == ["its data are missing; it stays as it is"] && !second.isChange)
    }
}
