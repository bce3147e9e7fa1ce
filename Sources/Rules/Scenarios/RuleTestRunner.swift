import PostwatchModel
import PromQL

/// Runs the scenarios of a test file in virtual time.
///
/// All rules are evaluated every `evaluation_interval` from the start through the last expectation; an expectation about alerts looks at the
/// last evaluation that is not later than it.
public struct RuleTestRunner: Sendable {
    private let file: RuleTestFile
    private let groups: [RuleGroup]

    /// `groups` are those of the rule files that `file` names.
    public init(file: RuleTestFile, groups: [RuleGroup]) {
        self.file = file
        let ordered = file.groupOrder.compactMap { name in groups.first { $0.name == name } }
        self.groups = ordered + groups.filter { !file.groupOrder.contains($0.name) }
    }

    /// What went wrong; empty when every expectation is met.
    public func run() async -> [RuleTestFailure] {
        await outcomes().flatMap(\.failures)
    }

    /// How each scenario went, in the order of the file; only of those whose name `isChosen`.
    public func outcomes(where isChosen: (String) -> Bool = { _ in true }) async -> [RuleTestOutcome] {
        var outcomes: [RuleTestOutcome] = []
        for (index, test) in file.tests.enumerated() where isChosen(test.name) {
            outcomes.append(
                RuleTestOutcome(file: file.name, name: test.name.isEmpty ? "test \(index + 1)" : test.name, failures: await run(test)))
        }
        return outcomes
    }

    // MARK: - Private

    private func run(_ test: RuleTest) async -> [RuleTestFailure] {
        var failures: [RuleTestFailure] = []
        var samples = Self.samples(of: test)
        var trackers = groups.map { group in
            var tracker = RuleGroupTracker(group: group, restoring: [])
            tracker.externalLabels = test.externalLabels
            tracker.externalURL = test.externalURL
            return tracker
        }
        var elapsed = Duration.zero
        while elapsed <= test.duration {
            let now = test.start + elapsed
            for index in trackers.indices {
                failures += await evaluate(&trackers[index], &samples, test, at: now, elapsed)
            }
            let next = elapsed + file.evaluationInterval
            for expectation in test.alerts where expectation.time >= elapsed && expectation.time < next {
                failures += check(expectation, trackers, test)
            }
            elapsed = next
        }
        for expectation in test.queries { failures += await check(expectation, samples, test) }
        return failures
    }

    private static func samples(of test: RuleTest) -> MemorySamples {
        var samples = MemorySamples()
        for series in test.series {
            samples.append(
                series.points.enumerated().compactMap { index, point in
                    point.map { $0.sample(series.labels, at: test.start + test.interval * index) }
                })
        }
        return samples
    }

    /// A rule sees what the rules before it recorded, as on the server.
    private func evaluate(
        _ tracker: inout RuleGroupTracker, _ samples: inout MemorySamples, _ test: RuleTest, at now: Timestamp, _ elapsed: Duration
    ) async -> [RuleTestFailure] {
        var failures: [RuleTestFailure] = []
        for (index, rule) in tracker.group.rules.enumerated() {
            let observation = await RuleEvaluator(samples: samples).observe(rule: index, of: tracker, at: now)
            samples.append(tracker.observe(observation, ofRule: index).samples)
            if let error = tracker.health[index].lastError {
                failures.append(
                    RuleTestFailure(
                        file: file.name, test: test.name, subject: rule.name, time: elapsed, expected: ["an evaluation without an error"],
                        found: [error.description]))
            }
        }
        return failures
    }

    private func check(
        _ expectation: RuleTest.AlertExpectation, _ trackers: [RuleGroupTracker], _ test: RuleTest
    ) -> [RuleTestFailure] {
        let found = trackers.flatMap { tracker in
            tracker.group.rules.indices.flatMap { tracker.alerts(ofRule: $0) }.filter { $0.labels["alertname"] == expectation.alertName }
        }
        var failures = compare(expectation.alerts, found.filter { $0.state == .firing }, expectation, "", test)
        if let pending = expectation.pending {
            failures += compare(pending, found.filter { $0.state == .pending }, expectation, " pending", test)
        }
        return failures
    }

    private func compare(
        _ expected: [RuleTest.AlertExpectation.Alert], _ found: [AlertRecord], _ expectation: RuleTest.AlertExpectation, _ state: String,
        _ test: RuleTest
    ) -> [RuleTestFailure] {
        let expected = expected.map { Self.text($0.labels, $0.annotations) }.sorted()
        let actual = found.map { Self.text($0.labels, $0.annotations) }.sorted()
        guard expected != actual else { return [] }
        return [
            RuleTestFailure(
                file: file.name, test: test.name, subject: expectation.alertName + state, time: expectation.time, expected: expected,
                found: actual)
        ]
    }

    private static func text(_ labels: LabelSet, _ annotations: [String: String]) -> String {
        "\(labels) " + annotations.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: " ")
    }

    private func check(
        _ expectation: RuleTest.QueryExpectation, _ samples: MemorySamples, _ test: RuleTest
    ) async -> [RuleTestFailure] {
        let expected = expectation.elements.map { "\($0.labels) \($0.point.text)" }.sorted()
        let actual: [String]
        do {
            let result = try await QueryEngine(samples: samples).instant(expectation.query, at: test.start + expectation.time)
            let elements = result.elements ?? []
            if Self.agrees(elements, expectation.elements, isFuzzy: test.isFuzzy) { return [] }
            actual = elements.map { "\($0.labels) \($0.point.text)" }.sorted()
        } catch {
            actual = [error.description]
        }
        return [
            RuleTestFailure(
                file: file.name, test: test.name, subject: expectation.query.text, time: expectation.time, expected: expected, found: actual
            )
        ]
    }

    private static func agrees(
        _ found: [VectorElement], _ expected: [RuleTest.QueryExpectation.Element], isFuzzy: Bool
    ) -> Bool {
        guard found.count == expected.count else { return false }
        return expected.allSatisfy { element in
            found.contains { $0.labels == element.labels && $0.point.agrees(with: element.point, isFuzzy: isFuzzy) }
        }
    }
}
