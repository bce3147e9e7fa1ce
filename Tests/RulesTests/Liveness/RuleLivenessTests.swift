import PostwatchModel
import PostwatchRuntime
import PromQL
import Testing

@testable import Rules

@Suite("RuleLiveness")
struct RuleLivenessTests {
    /// A list of series that has them at all times.
    private struct FixedSeries: SeriesListing {
        let all: [LabelSet]
        /// Only in the first second of all times.
        var gone: [LabelSet] = []

        func series(_ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?) async throws -> [LabelSet] {
            let found = (all + (start.milliseconds < 1000 ? gone : [])).filter { labels in
                selectors.isEmpty || selectors.contains { $0.allSatisfy { $0.matches(labels) } }
            }
            return Array(found.prefix(limit ?? .max))
        }

        func labelNames(_ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?) async throws -> [String]
        {
            []
        }

        func labelValues(
            of name: String, _ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?
        ) async throws -> [String] {
            let found = try await series(selectors, from: start, through: end, limit: nil)
            return Array(Set(found.compactMap { $0[name] }).sorted().prefix(limit ?? .max))
        }
    }

    private let listing = FixedSeries(
        all: [LabelSet(metric: "up", ["job": "mail", "instance": "mx1"]), LabelSet(metric: "up", ["job": "web", "instance": "w1"])],
        gone: [LabelSet(metric: "postfix_queue", [:])])

    private func findings(_ expression: String, isListed: Bool = true) async throws -> [String] {
        let rule = AlertingRule(name: "A", query: try PromQLQuery(expression), line: 7)
        let recorded = RecordingRule(metric: "up:sum", query: try PromQLQuery("sum(up)"))
        let liveness = RuleLiveness(
            listing: isListed ? listing : nil, from: Timestamp(milliseconds: 1000), through: Timestamp(milliseconds: 2000))
        return try await liveness.findings(in: [RuleGroup(name: "g", rules: [.recording(recorded), .alerting(rule)])]).map(\.description)
    }

    @Test(
        "A rule that can fire is left alone",
        arguments: [
            "up == 0", "up{job=~\"mail|x\"} == 0", "up:sum < 1", "rate(up[5m]) > 1 and up < 0", "up > 1 or up < 0", "up > 1 < 3",
            "hour() > 25", "up > bool 2", "ALERTS{alertstate=\"firing\"}", "up >= 1 and up <= 1", "sum(up) > 1 and sum(up) < 2",
        ])
    func alive(expression: String) async throws {
        #expect(try await findings(expression) == [])
    }

    @Test(
        "A condition that can never hold is found without looking at series",
        arguments: [
            ("up > 1 and up < 0", "A: this alert cannot fire: up would have to be < 0 and at once what contradicts that"),
            ("up > 1 < 0", "A: this alert cannot fire: up would have to be > 1 and at once what contradicts that"),
            ("up == 1 and up == 0", "A: this alert cannot fire: up would have to be == 0 and at once what contradicts that"),
            ("(up > 2 * 3) and (up < 6)", "A: this alert cannot fire: up would have to be < 6 and at once what contradicts that"),
            ("vector(1) > 2", "A: this alert cannot fire: vector(1) > 2 never holds"),
            ("up == 0 and vector(1) > 2", "A: this alert cannot fire: vector(1) > 2 never holds"),
            ("up{job=\"a\", job=\"b\"} == 0", "A: this alert cannot fire: no series can have job=\"a\" and job=\"b\""),
            ("1 > bool 0", "A: the expression is a number, not a condition: it alerts whatever the number is"),
            ("vector(1)", "A: the condition holds whatever is measured"),
        ])
    func contradictory(expression: String, finding: String) async throws {
        #expect(try await findings(expression, isListed: false) == [finding])
    }

    @Test(
        "Selectors that match nothing are told, with what there is instead",
        arguments: [
            ("upp == 0", "A: this alert cannot fire: no series has ever had the name upp"),
            (
                "up{job=\"mall\"} == 0",
                "A: this alert cannot fire: no series matches up{job=\"mall\"}: job=\"mall\" fits none of the values of job: \"mail\", \"web\""
            ),
            (
                "up{site=\"x\"} == 0", "A: this alert cannot fire: no series matches up{site=\"x\"}: none of its series has the label site"
            ),
            (
                "up{job=\"mail\", instance=\"w1\"} == 0",
                "A: this alert cannot fire: no series matches up{instance=\"w1\", job=\"mail\"}: "
                    + "instance=\"w1\" fits none of the values of instance: \"mx1\""
            ),
            (
                "postfix_queue > 5", "A: this alert cannot fire: no series has the name postfix_queue any more, though some once had"
            ),
            ("up == 0 or upp == 0", "A: no series has ever had the name upp"), ("absent(upp)", "A: no series has ever had the name upp"),
        ])
    func unmatched(expression: String, finding: String) async throws {
        #expect(try await findings(expression) == [finding])
    }

    @Test("What a condition is about is found in its text")
    func subjects() throws {
        let subjects: [(String, [String]?)] = [
            ("up == 0", ["up"]), ("a / b < 0.1 and on (x) c > 1", ["a / b"]), ("a > 1 or (b{x=\"or\"} < 2)", ["a", "b{x=\"or\"}"]),
            ("1 < up", ["up"]), ("time() - a > 90", ["time() - a"]), ("a unless b", ["a"]), ("# c > 1\nup == # x\n0", ["up"]),
            ("vector(1) > bool 2", ["vector(1)"]), ("absent(up)", ["absent(up)"]),
        ]
        for (text, expected) in subjects {
            #expect(RuleSubject(of: try PromQLQuery(text))?.queries.map(\.text) == expected, "\(text)")
        }
    }

    @Test("A rule that is there twice is told")
    func lint() throws {
        let yaml =
            "groups:\n- name: g\n  rules:\n  - {alert: A, expr: up}\n  - {alert: A, expr: up > 1}\n  - {alert: A, expr: up, labels: {a: b}}\n"
        let file = try RuleFile.read(try ConfigurationFile.parse(yaml, file: "r.yml"), file: "r.yml")
        #expect(RuleLint.faults(in: file.groups).map(\.line) == [5])
    }
}
