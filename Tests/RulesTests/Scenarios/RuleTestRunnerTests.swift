import Foundation
import PostwatchModel
import PostwatchRuntime
import PromQL
import Testing

@testable import Rules

@Suite("RuleTestRunner")
struct RuleTestRunnerTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func rules(_ yaml: String) throws -> RuleFile {
        try RuleFile.read(try ConfigurationFile.parse(yaml, file: "rules.yml"), file: "rules.yml")
    }

    private func tests(_ yaml: String) throws -> RuleTestFile {
        try RuleTestFile.read(try ConfigurationFile.parse(yaml, file: "tests.yml"), file: "tests.yml")
    }

    @Test("The shipped rules keep what their scenarios promise", arguments: try shipped("rules/tests", ".test.yml"))
    func shippedRules(name: String) async throws {
        let (tests, groups) = try Self.shippedTests(name)
        let failures = await RuleTestRunner(file: tests, groups: groups).run()
        #expect(failures.isEmpty, "\(failures.map(\.description).joined(separator: "\n"))")
        #expect(!tests.tests.isEmpty)
    }

    @Test("Every shipped alert has a severity, words for people, and a runbook that exists")
    func shippedAlertsAreComplete() throws {
        for case .alerting(let rule) in try Self.shippedGroups().flatMap(\.rules) {
            #expect(["critical", "warning", "info"].contains(rule.labels["severity"]?.source), "\(rule.name)")
            #expect(rule.annotations["summary"] != nil && rule.annotations["description"] != nil, "\(rule.name)")
            #expect(rule.annotations["postwatch_missing"]?.source == "keep", "\(rule.name)")
            let runbook = try #require(rule.annotations["runbook_url"]?.source)
            #expect(runbook == "docs/runbooks/\(rule.name).md")
            let text = try String(contentsOf: Self.repository.appending(path: runbook), encoding: .utf8)
            let headings = [
                "# \(rule.name)", "**What it means.**", "**Who suffers.**", "**Check first**", "**Mend.**", "**Why this threshold.**",
            ]
            for heading in headings { #expect(text.contains(heading), "\(heading) in \(runbook)") }
        }
    }

    @Test("Every shipped alert has a scenario in which it fires, and every runbook an alert")
    func shippedAlertsAreTested() throws {
        let groups = try Self.shippedGroups()
        let tests = try Self.shipped("rules/tests", ".test.yml").flatMap { try Self.shippedTests($0).tests.tests }
        let fired = Set(
            tests.flatMap(\.alerts).flatMap { expectation in
                expectation.alerts.map { "\(expectation.alertName) \($0.labels["severity"] ?? "")" }
            })
        let alerts = groups.flatMap(\.rules).compactMap { rule -> String? in
            guard case .alerting(let alert) = rule else { return nil }
            return "\(alert.name) \(alert.labels["severity"]?.source ?? "")"
        }
        #expect(Set(alerts).subtracting(fired).sorted() == [], "these are never seen to fire")
        let names = Set(groups.flatMap(\.rules).map(\.name))
        #expect(try Self.shipped("docs/runbooks", ".md").map { String($0.dropLast(3)) } == names.sorted())
        // Several alerts of one name are fine; groups of one name would be taken for one.
        #expect(Set(groups.map(\.name)).count == groups.count)
    }

    @Test("No shipped alert ends because its data vanished", arguments: try shipped("rules/tests", ".test.yml"))
    func shippedAlertsOutlastTheirData(name: String) async throws {
        let (tests, groups) = try Self.shippedTests(name)
        var seen: Set<String> = []
        for test in tests.tests {
            // Each alert where it first fires: then all measuring stops.
            for expectation in test.alerts where !expectation.alerts.isEmpty && !seen.contains(expectation.alertName) {
                seen.insert(expectation.alertName)
                let resolved = await Self.resolved(
                    expectation.alertName, of: test, every: tests.evaluationInterval, stoppingAt: expectation.time, groups)
                #expect(resolved.isEmpty, "\(expectation.alertName) of \(test.name)")
            }
        }
    }

    /// Names of files of the repository, sorted.
    private static func shipped(_ directory: String, _ suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: repository.appending(path: directory).path).filter { $0.hasSuffix(suffix) }
            .sorted()
    }

    private static func shippedGroups() throws -> [RuleGroup] {
        try shipped("rules", ".yml").flatMap { name in
            try RuleFile.read(try ConfigurationFile.load(repository.appending(path: "rules/\(name)").path), file: name).groups
        }
    }

    /// A file of scenarios, and the groups that it is about.
    private static func shippedTests(_ name: String) throws -> (tests: RuleTestFile, groups: [RuleGroup]) {
        let path = repository.appending(path: "rules/tests/\(name)").path
        let tests = try RuleTestFile.read(try ConfigurationFile.load(path), file: name)
        let groups = try tests.ruleFiles.flatMap { file in
            let rulePath = repository.appending(path: "rules/tests/\(file)").standardizedFileURL.path
            return try RuleFile.read(try ConfigurationFile.load(rulePath), file: file).groups
        }
        return (tests, groups)
    }

    /// What alerts of one name end within two hours after the data.
    private static func resolved(
        _ name: String, of test: RuleTest, every interval: Duration, stoppingAt end: Duration, _ groups: [RuleGroup]
    ) async -> [String] {
        var samples = MemorySamples()
        for series in test.series {
            for (index, point) in series.points.enumerated() where test.interval * index <= end {
                guard let point else { continue }
                samples.append([point.sample(series.labels, at: test.start + test.interval * index)])
            }
        }
        var resolved: [String] = []
        let moments =
            stride(from: 0, through: end.seconds, by: interval.seconds).map { $0 }
            + stride(from: 30, through: 7200, by: 90).map { end.seconds + $0 }
        for group in groups {
            guard let index = group.rules.firstIndex(where: { $0.name == name }) else { continue }
            for rule in index..<group.rules.count where group.rules[rule].name == name {
                var tracker = RuleGroupTracker(group: group, restoring: [])
                for moment in moments {
                    let observation = await RuleEvaluator(samples: samples).observe(
                        rule: rule, of: tracker, at: test.start + .milliseconds(Int64(moment * 1000)))
                    let effects = tracker.observe(observation, ofRule: rule)
                    if moment > end.seconds {
                        resolved += effects.events.filter { $0.state == .resolved }.map { "\($0.name) at \(moment)" }
                    }
                }
            }
        }
        return resolved
    }

    @Test("Pending alerts can be expected, scenarios chosen, and outcomes written as JUnit XML")
    func pendingAndReports() async throws {
        let rules = try rules("groups: [{name: g, rules: [{alert: A, expr: up == 0, for: 2m}]}]")
        let file = try tests(
            """
            tests:
              - name: good
                input_series: [{series: 'up{i="<1>"}', values: 0x10}]
                alert_rule_test:
                  - {eval_time: 1m, alertname: A, exp_pending: [{exp_labels: {i: "<1>"}}]}
                  - {eval_time: 2m, alertname: A, exp_alerts: [{exp_labels: {i: "<1>"}}], exp_pending: []}
              - name: bad
                input_series: [{series: 'up{i="<1>"}', values: 0x10}]
                alert_rule_test: [{eval_time: 1m, alertname: A, exp_pending: []}]
            """)
        let runner = RuleTestRunner(file: file, groups: rules.groups)
        let outcomes = await runner.outcomes()
        #expect(outcomes.map(\.name) == ["good", "bad"] && outcomes.map(\.failures.count) == [0, 1])
        #expect(outcomes[1].failures[0].subject == "A pending")
        #expect(await runner.outcomes { $0 == "good" }.count == 1)
        let xml = JUnitReport.text(outcomes)
        #expect(xml.contains("<testsuite name=\"tests.yml\" tests=\"2\" failures=\"1\" errors=\"0\">"))
        #expect(xml.contains("i=&quot;&lt;1&gt;&quot;"))
    }

    @Test("A scenario passes, and each broken promise is told with what was found instead")
    func tellsFailures() async throws {
        let rules = try rules(
            """
            groups:
              - name: g
                rules:
                  - {record: "up:sum", expr: sum(up)}
                  - {alert: Few, expr: "up:sum < 2", for: 1m, annotations: {summary: "{{ $value }} up"}}
            """)
        let series = "input_series: [{series: 'up{i=\"a\"}', values: 1x10}, {series: 'up{i=\"b\"}', values: 1 1 0x10}]"
        let good = try tests(
            """
            tests:
              - \(series)
                alert_rule_test:
                  - {eval_time: 2m, alertname: Few}
                  - {eval_time: 3m30s, alertname: Few, exp_alerts: [{exp_annotations: {summary: 1 up}}]}
                promql_expr_test:
                  - {expr: "up:sum", eval_time: 1m, exp_samples: [{labels: "up:sum", value: 2}]}
                  - {expr: "ALERTS", eval_time: 2m, exp_samples: [{labels: 'ALERTS{alertname="Few", alertstate="pending"}', value: 1}]}
            """)
        #expect(await RuleTestRunner(file: good, groups: rules.groups).run().isEmpty)
        let bad = try tests(
            """
            tests:
              - \(series)
                alert_rule_test: [{eval_time: 3m, alertname: Few}]
                promql_expr_test: [{expr: "up:sum", eval_time: 1m, exp_samples: [{labels: "up:sum", value: 3}]}]
            """)
        let failures = await RuleTestRunner(file: bad, groups: rules.groups).run()
        #expect(failures.map(\.expected) == [[], ["up:sum 3"]])
        #expect(failures.map(\.found) == [["{alertname=\"Few\"} summary=\"1 up\""], ["up:sum 2"]])
    }

    @Test("Native histograms are fed in, recorded, judged, expected, and printed in an annotation")
    func nativeHistograms() async throws {
        let rules = try rules(
            """
            groups:
              - name: g
                rules:
                  - {record: "sizes:sum", expr: sum(sizes)}
                  - {alert: Big, expr: "histogram_count(sizes) > 5", annotations: {summary: "{{ $value }}"}}
                  - {alert: Any, expr: "sizes", annotations: {summary: "{{ $value }} {{ .Value | humanize }}"}}
            """)
        func file(_ expected: String) throws -> RuleTestFile {
            try tests(
                """
                tests:
                  - input_series:
                      - {series: 'sizes{i="a"}', values: '{{schema:0 sum:5 count:4 buckets:[1 2 1]}}+{{sum:3 count:1 buckets:[0 1]}}x5'}
                    alert_rule_test:
                      - {eval_time: 1m, alertname: Big}
                      - {eval_time: 2m, alertname: Big, exp_alerts: [{exp_labels: {i: a}, exp_annotations: {summary: "6"}}]}
                    promql_expr_test:
                      - {expr: "sizes:sum", eval_time: 2m, exp_samples: [{labels: "sizes:sum", histogram: '\(expected)'}]}
                      - {expr: "histogram_sum(sizes)", eval_time: 1m, exp_samples: [{labels: '{i="a"}', value: 8}]}
                """)
        }
        let good = try file("{{schema:0 sum:11 count:6 buckets:[1 4 1]}}")
        #expect(await RuleTestRunner(file: good, groups: rules.groups).run().isEmpty)
        let bad = await RuleTestRunner(file: try file("{{sum:11 count:6 buckets:[1 3 1]}}"), groups: rules.groups).run()
        #expect(bad.map(\.expected) == [["sizes:sum {{count:6 sum:11 buckets:[1 3 1]}}"]])
        #expect(bad.map(\.found) == [["sizes:sum {{count:6 sum:11 buckets:[1 4 1]}}"]])
        let printed = try tests(
            """
            tests:
              - input_series: [{series: 'sizes', values: '{{schema:0 sum:5 count:4 buckets:[1 2 1]}}'}]
                alert_rule_test: [{eval_time: 0, alertname: Any}]
            """)
        let failures = await RuleTestRunner(file: printed, groups: rules.groups).run()
        #expect(failures.count == 1)
        #expect(
            failures.first?.found.first?.contains("summary=\"<error expanding template: error calling humanize") == true)
    }

    @Test("A template prints a native histogram as Prometheus does")
    func printsHistogram() throws {
        let histogram = try NativeHistogram(notation: "{{schema:0 sum:5 count:4 buckets:[1 2 1]}}")
        let data = TemplateData(labels: LabelSet(), value: 0, histogram: histogram)
        #expect(try GoTemplate("{{ $value }}").text(data) == "{count:4, sum:5, (0.5,1]:1, (1,2]:2, (2,4]:1}")
        #expect(try GoTemplate("{{ .Value }}").text(data) == "{count:4, sum:5, (0.5,1]:1, (1,2]:2, (2,4]:1}")
    }

    @Test("Mistakes in a test file are told")
    func readsFaults() {
        #expect {
            _ = try tests("tests: [{input_series: [{series: 'up{', values: 1 x}], promql_expr_test: [{expr: 'sum('}], nonsense: 1}]")
        } throws: { error in
            (error as? ConfigurationFaults)?.faults.count == 4
        }
    }
}
