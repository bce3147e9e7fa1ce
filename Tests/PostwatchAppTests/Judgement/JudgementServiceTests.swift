import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime
import PromQL
import RecordStore
import Rules
import Synchronization
import TestSupport
import Testing
import Triage

@testable import PostwatchApp

@Suite("JudgementService")
struct JudgementServiceTests {
    @Test("a breach becomes one incident and one page, its end one more, and restarts in between change nothing", arguments: [0, 1, 3])
    func restarts(count: Int) async throws {
        let story = try Story()
        for _ in 0...count {
            try await story.run(seconds: 60 / (count + 1)) { second in second >= 10 && second < 90 ? 1 : 0 }
        }
        #expect(try await story.pages() == ["incident-1/opened/engineering/webhook-1"])
        try await story.run(seconds: 100) { second in second >= 10 && second < 90 ? 1 : 0 }
        #expect(try await story.pages() == ["incident-1/opened/engineering/webhook-1", "incident-1/resolved/engineering/webhook-1"])
        let incident = try #require(try await story.records.incident(number: 1))
        #expect(incident.component == "mailstore")
        #expect(incident.nodes == ["mailstore-1"])
        #expect(incident.state == .resolved)
        #expect(try await story.records.activeAlerts().isEmpty)
    }

    @Test("when data are silent after a restart, a firing alert is not taken for resolved at once")
    func silenceAfterRestart() async throws {
        let story = try Story()
        try await story.run(seconds: 40) { _ in 1 }
        // Nobody measured for longer than the look-back; then the server starts again.
        story.skip(.seconds(600))
        try await story.run(seconds: 20) { _ in nil }
        #expect(try await story.pages().count == 1)
        try await story.run(seconds: 60) { _ in 1 }
        #expect(try await story.pages().count == 1)
    }

    @Test("what came and went while the server stood still is written down, and nobody is paged")
    func catchUpOfWhatIsOver() async throws {
        let story = try Story()
        try await story.run(seconds: 70) { _ in 0 }
        // Somebody else went on measuring: a breach from the 100th to the 200th second.
        try await story.skip(.seconds(400)) { second in second >= 100 && second < 200 ? 1 : 0 }
        try await story.run(seconds: 30) { _ in 0 }
        #expect(try await story.pages().isEmpty)
        #expect(try await story.records.activeAlerts().isEmpty)
        #expect(try await story.value("max_over_time(ALERTS{alertstate=\"firing\"}[10m])").count == 1)
        #expect(try await story.value("max_over_time(ALERTS_FOR_STATE[10m])").count == 1)
    }

    @Test("what began while the server stood still and goes on is paged once, with the time at which it began")
    func catchUpOfWhatGoesOn() async throws {
        let story = try Story()
        try await story.run(seconds: 70) { _ in 0 }
        let began = story.now + .seconds(100)
        try await story.skip(.seconds(400)) { second in second >= 170 ? 1 : 0 }
        try await story.run(seconds: 30) { _ in 1 }
        #expect(try await story.pages() == ["incident-1/opened/engineering/webhook-1"])
        let alert = try #require(try await story.records.activeAlerts().first)
        #expect(alert.activeAt >= began && alert.activeAt <= began + .seconds(5))
    }

    @Test("the board shows how rules stand and why")
    func board() async throws {
        let story = try Story()
        try await story.run(seconds: 40) { second in second >= 10 ? 1 : 0 }
        let group = try #require(story.board.ruleGroups().first)
        #expect(group.interval == .seconds(5) && group.rules[0].state == "firing" && group.rules[0].health == .good)
        #expect(story.board.lastExplanation(ofRule: 0, inGroup: "nodes")?.elementCount == 1)
        #expect(story.board.changes(ofRule: 0, inGroup: "nodes").map { $0.alerts[0].after } == [.firing, .pending])
    }

    @Test("an outcome that cannot be stored is decided again, and told once")
    func failingStore() async throws {
        let story = try Story()
        try await story.run(seconds: 30, failingCommits: 1..<12) { _ in 1 }
        try await story.run(seconds: 40) { _ in 1 }
        #expect(try await story.pages() == ["incident-1/opened/engineering/webhook-1"])
        #expect(try await story.records.incident(number: 1)?.timeline.filter { $0.text.hasPrefix("opened by") }.count == 1)
    }

    @Test("an evaluation whose outcome cannot be stored is not passed over: what held only then is told", arguments: [2..<3, 2..<6])
    func failingStoreOfOneBeat(failing: Range<Int>) async throws {
        let story = try Story()
        let groups = try Story.group("{alert: NodeDown, expr: down == 1, labels: {severity: critical}}")
        try await story.run(seconds: 90, groups: groups, failingCommits: failing) { second in second >= 20 && second < 25 ? 1 : 0 }
        let incident = try #require(try await story.records.incident(number: 1))
        #expect(incident.state == .resolved && incident.events.count == 1)
        #expect(try await story.value("count_over_time(ALERTS[2m])").map(\.value) == [1])
    }

    @Test("the end of an alert whose rule is gone is not forgotten when it cannot be stored at once")
    func removedRuleAndFailingStore() async throws {
        let story = try Story()
        try await story.run(seconds: 40) { _ in 1 }
        try await story.run(seconds: 60, groups: [], failingCommits: 1..<10) { _ in 1 }
        #expect(try await story.records.incident(number: 1)?.state == .resolved)
        #expect(try await story.records.activeAlerts().isEmpty)
    }

    @Test("after a restart another alert of the same rule does not stand for one that is not seen yet")
    func othersAfterRestart() async throws {
        let story = try Story()
        try await story.run(seconds: 40) { _ in 1 }
        let other: LabelSet = ["__name__": "down", "component": "mailstore", "instance": "mailstore-2"]
        try await story.run(seconds: 20, also: [other]) { _ in 0 }
        let names = try await story.records.activeAlerts().compactMap { $0.labels["instance"] }
        #expect(names.sorted() == ["mailstore-1", "mailstore-2"])
    }

    @Test("however much is to be made up for, the evaluations of now keep their times, and what was missed is taken over in the end")
    func catchUpBesideNow() async throws {
        let story = try Story()
        try await story.run(seconds: 70) { _ in 0 }
        let began = story.now + .seconds(100)
        try await story.skip(.seconds(400)) { second in second >= 170 ? 1 : 0 }
        let restart = story.now
        let ages = Shared<[Duration]>([])
        let catchUp = EvaluationPlan.CatchUp(mostAtOnce: 3)
        try await story.run(seconds: 60, catchUp: catchUp) { _ in
            if story.now - restart > .seconds(6), let last = story.board.ruleGroups().first?.lastEvaluation {
                ages.withLock { $0.append(story.now - last) }
            }
            return 1
        }
        #expect(ages.value.count > 40 && ages.value.allSatisfy { $0 <= .seconds(6) })
        #expect(try await story.pages() == ["incident-1/opened/engineering/webhook-1"])
        let alert = try #require(try await story.records.activeAlerts().first)
        #expect(alert.activeAt >= began && alert.activeAt <= began + .seconds(5))
        // 300 s of what was missed, and what came after.
        let written = try await story.value("sum(count_over_time(ALERTS{alertstate=\"firing\"}[10m]))").map(\.value)
        #expect((written.first ?? 0) >= 65)
    }

    @Test("an alert of a rule that was taken out of the configuration ends, and so does its incident")
    func removedRule() async throws {
        let story = try Story()
        try await story.run(seconds: 40) { _ in 1 }
        try await story.run(seconds: 60, groups: []) { _ in 1 }
        #expect(try await story.records.incident(number: 1)?.state == .resolved)
        #expect(try await story.records.activeAlerts().isEmpty)
    }

    @Test(
        "a loss in a matrix is explained by the cell that lost a message, another event by one that fails",
        arguments: [("lost", "b: the message is lost"), ("junk", "a: refused"), (nil, "a: refused")])
    func matrixLoss(outcome: String?, explanation: String) throws {
        let moment = Timestamp(milliseconds: 0)
        let cells = ["a", "b"].map { journey in
            JourneyEvidence(journey: journey, vantage: "dublin", matrix: "into", path: [], failingSince: journey == "a" ? moment : nil)
        }
        var labels: LabelSet = ["matrix": "into", "vantage": "dublin"]
        if let outcome { labels = labels.merging(["outcome": outcome]) }
        let event = Event(id: "e", state: .firing, severity: .critical, labels: labels, annotations: [:], startedAt: moment)
        let known = ["b": "the message is lost"]
        let failures = ["a": "refused", "b": "the message is lost"]
        #expect(try Story().lastFailure(of: event, cells: cells, failures: failures, losses: known) == explanation)
        // No message is known: then what fails may be why.
        #expect(try Story().lastFailure(of: event, cells: cells, failures: failures, losses: [:]) == "a: refused")
    }
}

/// A server's judgement over virtual time: a second is one step of a manual clock.
private final class Story {
    let records: RecordStore
    private let samples = FakeSamples()
    private let clock = ManualClock()
    private let world: World
    private let start: Timestamp
    private let path: String

    init() throws {
        world = .manual(clock: clock)
        start = world.now()
        path = NSTemporaryDirectory() + "judgement-\(UUID().uuidString).sqlite"
        records = try RecordStore(path: path)
    }

    deinit {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }

    let board = RuleBoard()
    var now: Timestamp { world.now() }

    func skip(_ duration: Duration) {
        clock.advance(by: duration)
    }

    /// Time goes on without the server; what is measured each second is delivered all the same.
    func skip(_ duration: Duration, value: (Int) -> Double) async throws {
        for _ in 0..<Int(duration.seconds) {
            clock.advance(by: .seconds(1))
            let second = Int((world.now() - start).seconds)
            try await samples.append([Sample(labels: Self.labels, timestamp: world.now(), value: value(second))])
        }
    }

    func value(_ query: String) async throws -> [VectorElement] {
        try await QueryEngine(samples: samples).instant(try PromQLQuery(query), at: world.now()).elements ?? []
    }

    private static let labels: LabelSet = ["__name__": "down", "component": "mailstore", "instance": "mailstore-1"]

    /// Runs a server for some seconds and ends it. `value` says what is measured at each second since the story began.
    func run(
        seconds: Int, groups: [RuleGroup]? = nil, failingCommits: Range<Int> = 0..<0, catchUp: EvaluationPlan.CatchUp = .init(),
        also others: [LabelSet] = [], value: (Int) -> Double?
    ) async throws {
        var service = try service(groups: groups, failingCommits: failingCommits)
        service.catchUp = catchUp
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { [service] in try await service.run() }
            let end = world.now() + .seconds(seconds)
            while world.now() < end {
                await clock.sleepers(reach: 1)
                let second = Int((world.now() - start).seconds)
                if let value = value(second) {
                    try await samples.append([Sample(labels: Self.labels, timestamp: world.now(), value: value)])
                }
                try await samples.append(others.map { Sample(labels: $0, timestamp: world.now(), value: 1) })
                clock.advanceToNextDeadline()
            }
            await clock.sleepers(reach: 1)
            tasks.cancelAll()
            try await tasks.waitForAll()
        }
    }

    /// Identifiers of all pages that were ever written. Nothing delivers them here.
    func pages() async throws -> [String] {
        try await records.outbox().map(\.page.id)
    }

    // MARK: - Private

    func lastFailure(of event: Event, cells: [JourneyEvidence], failures: [String: String], losses: [String: String]) throws -> String? {
        var service = try service(groups: nil, failingCommits: 0..<0) { journey, _ in failures[journey] }
        service.losses = { journey, _ in losses[journey] }
        service.evidence = { cells }
        return service.lastFailure(of: event)
    }

    private func service(
        groups: [RuleGroup]?, failingCommits: Range<Int>, failures: @escaping @Sendable (String, String?) -> String? = { _, _ in nil }
    ) throws -> JudgementService {
        var policy = TriagePolicy()
        policy.groupWait = .seconds(5)
        policy.resolveWait = .seconds(5)
        let node = Topology.Node(name: "mailstore-1", address: "192.0.2.41")
        let topology = Topology(platform: "test", components: [.init(name: "mailstore", role: .mailstore, nodes: [node])])
        let incidents = FailingIncidents(records: records, failing: failingCommits)
        return JudgementService(
            groups: try groups ?? Self.group(), defaultInterval: .seconds(5), policy: policy, topology: topology,
            addresses: ["engineering/webhook-1"], failures: failures, evaluator: RuleEvaluator(samples: samples), samples: samples,
            incidents: incidents, board: board,
            world: world, telemetry: Telemetry(facts: Facts.server), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    static func group(
        _ rule: String = """
        {alert: NodeDown, expr: down == 1, for: 5s, labels: {severity: critical}, annotations: {summary: "{{ $labels.instance }} is down"}}
        """
    ) throws -> [RuleGroup] {
        let text = "groups: [{name: nodes, rules: [\(rule)]}]"
        return try RuleFile.read(ConfigurationFile.parse(text, file: "rules.yml"), file: "rules.yml").groups
    }
}

/// Samples in memory that can be added to while they are read.
private final class FakeSamples: SampleQuerying, SampleAppending {
    private let memory = Mutex(MemorySamples())

    func append(_ samples: [Sample]) async throws {
        memory.withLock { $0.append(samples) }
    }

    func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {
        try await memory.withLock { $0 }.select(selection, take)
    }
}

/// A record store whose disk is full for some of the commits.
private final class FailingIncidents: IncidentStoring {
    struct DiskFull: Error {}

    private let records: RecordStore
    private let failing: Range<Int>
    private let commits = Mutex(0)

    init(records: RecordStore, failing: Range<Int>) {
        self.records = records
        self.failing = failing
    }

    func commit(_ change: JudgementChange) async throws {
        guard !change.isEmpty else { return }
        let number = commits.withLock { count in
            count += 1
            return count
        }
        if failing.contains(number) { throw DiskFull() }
        try await records.commit(change)
    }

    func activeAlerts() async throws -> [AlertRecord] { try await records.activeAlerts() }
    func lastEvaluations() async throws -> [String: Timestamp] { try await records.lastEvaluations() }
    func incidents(openOrResolvedSince moment: Timestamp) async throws -> [Incident] {
        try await records.incidents(openOrResolvedSince: moment)
    }
    func incidents(limit: Int) async throws -> [Incident] { try await records.incidents(limit: limit) }
    func incident(number: Int) async throws -> Incident? { try await records.incident(number: number) }
    func highestIncidentNumber() async throws -> Int { try await records.highestIncidentNumber() }
    func outbox() async throws -> [OutboxEntry] { try await records.outbox() }
    func markDelivered(pageID: String, at moment: Timestamp) async throws { try await records.markDelivered(pageID: pageID, at: moment) }
    func markFailed(pageID: String, failure: String, nextAttemptAt: Timestamp) async throws {
        try await records.markFailed(pageID: pageID, failure: failure, nextAttemptAt: nextAttemptAt)
    }
}
