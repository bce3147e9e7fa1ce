import Foundation
import PostwatchModel
import PostwatchRuntime
import PromQL
import Rules
import Testing

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

    @Test("The shipped rules keep what their scenarios promise")
    func shippedRules() async throws {
        let path = Self.repository.appending(path: "rules/mail-platform.yml").path
        let testPath = Self.repository.appending(path: "rules/tests/mail-platform.test.yml").path
        let rules = try RuleFile.read(try ConfigurationFile.load(path), file: "mail-platform.yml")
        let tests = try RuleTestFile.read(try ConfigurationFile.load(testPath), file: "mail-platform.test.yml")
        let failures = await RuleTestRunner(file: tests, groups: rules.groups).run()
        #expect(failures.isEmpty, "\(failures.map(\.description).joined(separator: "\n"))")
        #expect(tests.tests.count > 10)
    }

    @Test("Every shipped alert has a severity, words for people, and a runbook that exists")
    func shippedAlertsAreComplete() throws {
        let path = Self.repository.appending(path: "rules/mail-platform.yml").path
        let rules = try RuleFile.read(try ConfigurationFile.load(path), file: "mail-platform.yml")
        for case .alerting(let rule) in rules.groups.flatMap(\.rules) {
            #expect(["critical", "warning", "info"].contains(rule.labels["severity"]?.source), "\(rule.name)")
            #expect(rule.annotations["summary"] != nil && rule.annotations["description"] != nil, "\(rule.name)")
            let runbook = try #require(rule.annotations["runbook_url"]?.source)
            #expect(runbook == "docs/runbooks/\(rule.name).md")
            #expect(FileManager.default.fileExists(atPath: Self.repository.appending(path: runbook).path), "\(runbook)")
        }
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

    @Test("Mistakes in a test file are told")
    func readsFaults() {
        #expect {
            _ = try tests("tests: [{input_series: [{series: 'up{', values: 1 x}], promql_expr_test: [{expr: 'sum('}], nonsense: 1}]")
        } throws: { error in
            (error as? ConfigurationFaults)?.faults.count == 4
        }
    }
}
