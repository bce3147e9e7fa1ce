import Logging
import PostwatchModel
import PostwatchRuntime
import Rules
import Synchronization
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("LivenessService")
struct LivenessServiceTests {
    /// Series that come and go.
    private final class Listing: SeriesListing {
        private let state = Mutex((all: [LabelSet](), calls: 0))

        var calls: Int { state.withLock(\.calls) }

        func set(_ all: [LabelSet]) { state.withLock { $0.all = all } }

        func series(_ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?) async throws -> [LabelSet] {
            state.withLock { state in
                state.calls += 1
                return state.all.filter { labels in selectors.contains { $0.allSatisfy { $0.matches(labels) } } }
            }
        }

        func labelNames(_ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?) async throws -> [String]
        {
            []
        }

        func labelValues(
            of name: String, _ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?
        ) async throws -> [String] {
            []
        }
    }

    @Test("looks for series after a while, again soon while something is found, and then each hour")
    func pace() async throws {
        let clock = ManualClock()
        let listing = Listing()
        let board = RuleBoard()
        let text = "groups: [{name: g, rules: [{alert: A, expr: postfix_foo > 1}, {alert: B, expr: up > 1 and up < 0}]}]"
        let groups = try RuleFile.read(ConfigurationFile.parse(text, file: "r.yml"), file: "r.yml").groups
        let service = LivenessService(
            groups: groups, listing: listing, board: board, world: .manual(clock: clock), telemetry: Telemetry(facts: []),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await service.run() }
            func advance(_ duration: Duration) async {
                await clock.sleepers(reach: 1)
                clock.advance(by: duration)
                await clock.sleepers(reach: 1)
            }
            await clock.sleepers(reach: 1)
            // What needs no series is known at once.
            #expect(board.findings().findings.map(\.rule) == ["B"])
            #expect(board.findings().searchedAt == nil && listing.calls == 0)
            await advance(.seconds(120))
            // The pause in front of the group.
            await advance(.milliseconds(100))
            #expect(board.findings().findings.map(\.rule) == ["A", "B"])
            #expect(
                board.findings().findings.first?.description
                    == "A: this alert cannot fire: no series has ever had the name postfix_foo")
            listing.set([LabelSet(metric: "postfix_foo", [:])])
            await advance(.seconds(600))
            await advance(.milliseconds(100))
            #expect(board.findings().findings.map(\.rule) == ["B"] && board.findings().searchedAt != nil)
            let calls = listing.calls
            await advance(.seconds(3599))
            #expect(listing.calls == calls)
            await advance(.seconds(1))
            await advance(.milliseconds(100))
            #expect(listing.calls > calls)
            tasks.cancelAll()
            try await tasks.waitForAll()
        }
    }

    @Test("what is not measured is one line, however many groups and alerts that is")
    func oneLine() async throws {
        let clock = ManualClock()
        let telemetry = Telemetry(facts: Facts.server)
        let silent = (1...20).map { "{name: s\($0), rules: [{alert: A\($0), expr: a\($0) > 1}, {alert: B\($0), expr: b\($0) > 1}]}" }
        let mixed = "{name: mixed, rules: [{alert: C, expr: c > 1}, {alert: D, expr: d > 1}, {alert: Up, expr: up == 0}]}"
        let text = "groups: [\((silent + [mixed]).joined(separator: ", "))]"
        let listing = Listing()
        listing.set([LabelSet(metric: "up", [:])])
        let service = LivenessService(
            groups: try RuleFile.read(ConfigurationFile.parse(text, file: "r.yml"), file: "r.yml").groups, listing: listing,
            board: RuleBoard(), world: .manual(clock: clock), telemetry: telemetry,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        func count(_ counter: String) -> Double? { telemetry.snapshot().first { $0.name == "postwatch_\(counter)_total" }?.value }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await service.run() }
            while count("rule_groups_without_series") == 0 || count("rule_alerts_without_series") == 0 {
                await clock.sleepers(reach: 1)
                clock.advanceToNextDeadline()
            }
            await clock.sleepers(reach: 1)
            #expect(count("rule_groups_without_series") == 1 && count("rule_alerts_without_series") == 1)
            #expect(count("rule_alerts_unable_to_fire") == 0)
            tasks.cancelAll()
            try await tasks.waitForAll()
        }
    }

    @Test("tells once of a group of which no alert has series, and of each alert where others have some")
    func groupsWithoutSeries() throws {
        let text = """
            groups:
              - name: redis
                rules: [{alert: RedisDown, expr: redis_up == 0}, {alert: RedisFull, expr: redis_a > redis_b}]
              - name: mixed
                rules: [{alert: A, expr: a > 1}, {alert: B, expr: up == 0}]
              - name: single
                rules: [{alert: C, expr: c > 1}]
              - name: wrong
                rules: [{alert: D, expr: d > 1 and d < 0}, {alert: E, expr: e > 1}]
            """
        let groups = try RuleFile.read(ConfigurationFile.parse(text, file: "r.yml"), file: "r.yml").groups
        func finding(_ group: String, _ rule: String, _ kind: RuleFinding.Kind) -> RuleFinding {
            RuleFinding(group: group, rule: rule, line: 1, kind: kind, isFatal: true)
        }
        let findings = [
            finding("redis", "RedisDown", .unknownMetric("redis_up")), finding("redis", "RedisFull", .unknownMetric("redis_a")),
            finding("redis", "RedisFull", .unknownMetric("redis_b")), finding("mixed", "A", .unknownMetric("a")),
            finding("single", "C", .unknownMetric("c")), finding("wrong", "D", .neverTrue("d")), finding("wrong", "E", .unknownMetric("e")),
        ]
        #expect(LivenessService.groupsWithoutSeries(findings, of: groups) == ["redis"])
    }
}
