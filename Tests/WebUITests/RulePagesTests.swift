import PostwatchModel
import Testing

@testable import WebUI

@Suite("Rule pages")
struct RulePagesTests {
    private struct Known: RuleShowing {
        var group: RuleGroupStatus
        var explanation: RuleExplanation?

        func ruleGroups() -> [RuleGroupStatus] { [group] }
        func lastExplanation(ofRule index: Int, inGroup group: String) -> RuleExplanation? { explanation }
        func changes(ofRule index: Int, inGroup group: String) -> [RuleExplanation] { explanation.map { [$0] } ?? [] }
    }

    private let now = Timestamp(seconds: 1_700_000_100)

    private func group(health: RuleStatus.Health = .good, error: String? = nil) -> RuleGroupStatus {
        var rule = RuleStatus(
            kind: .alerting, name: "Down", query: "up{job=\"<mail>\"} == 0", revision: "abc123", line: 4, hold: .seconds(60))
        rule.health = health
        rule.lastError = error
        rule.lastEvaluation = now
        rule.evaluationTime = .milliseconds(3)
        rule.alerts = [
            AlertRecord(
                id: "1", group: "a b", rule: "Down", labels: ["alertname": "Down"], annotations: [:], state: .firing, value: 0,
                activeAt: now)
        ]
        var group = RuleGroupStatus(name: "a b", file: "r.yml", interval: .seconds(15), limit: 3, queryOffset: .zero, rules: [rule])
        group.lastEvaluation = now
        return group
    }

    private var explanation: RuleExplanation {
        let sample = RuleExplanation.ReadSample(labels: ["instance": "mx1"], timestamp: now - .seconds(12), value: 0)
        let reading = RuleExplanation.Reading(
            selector: "{__name__=\"up\"}", from: now - .seconds(300), through: now, seriesCount: 3, newest: now - .seconds(7),
            samples: [sample])
        var explanation = RuleExplanation(
            group: "a b", rule: "Down", revision: "abc123", expression: "up == 0", evaluatedAt: now, lookedAt: now, isCatchUp: true,
            readings: [reading])
        explanation.elementCount = 1
        explanation.elements = [.init(labels: ["instance": "mx1"], value: 0.5)]
        explanation.alerts = [
            .init(id: "1", labels: ["alertname": "Down"], before: .pending, after: .firing, value: 0.5, reason: "the condition holds")
        ]
        return explanation
    }

    private let remarks = RuleRemarks(
        [
            .init(
                group: "a b", rule: "Down", line: 4, isFatal: true,
                text: "Down: this alert cannot fire: no series has ever had the name <x>")
        ],
        searchedAt: Timestamp(seconds: 1_700_000_000))

    private func list(_ groups: [RuleGroupStatus], _ remarks: RuleRemarks = RuleRemarks()) throws -> String {
        try Templates().render(RulesView(groups, remarks, at: now), with: "rules")
    }

    @Test("the list shows each rule with its health, state, last evaluation and a link")
    func rules() throws {
        let html = try list([group()])
        for text in [
            "The rule works", "r.yml · every 15s · limit 3 · last 22:15:00 UTC", "href=\"/rules/rule?group=a%20b&amp;index=0\"",
            "<span class=\"badge firing\">firing</span>", "1 firing, 0 pending", "22:15:00 UTC, took 3.0 ms",
            "once measurements had time to come in",
            "None found",
        ] {
            #expect(html.contains(text), "\(text)")
        }
    }

    @Test("alerts that cannot fire are the headline, and nothing in them is taken for markup")
    func cannotFire() throws {
        let html = try list([group()], remarks)
        #expect(html.contains("One alert cannot fire"))
        #expect(html.components(separatedBy: "no series has ever had the name &lt;x&gt;").count == 3)
        #expect(html.contains("looked for at 2023-11-14 22:13:20 UTC") && !html.contains("None found"))
    }

    @Test("a rule that cannot be evaluated says why")
    func failing() throws {
        let html = try list([group(health: .failing, error: "it timed out")])
        #expect(html.contains("1 of 1 rules cannot be evaluated") && html.contains("it timed out"))
    }

    @Test("without rules the page says what to do")
    func empty() throws {
        let html = try list([])
        #expect(html.contains("No rules yet") && html.contains("<code>rule_files:</code>"))
    }

    @Test("a rule's page explains its last evaluation: expression, value, samples and their age, state before and after")
    func rule() throws {
        let view = try #require(RuleView(0, inGroup: "a b", of: Known(group: group(), explanation: explanation), remarks))
        let html = try Templates().render(view, with: "rule")
        for text in [
            "up{job=&quot;&lt;mail&gt;&quot;} == 0", "for 1m · revision abc123", "pending →", "<span class=\"badge firing\">firing</span>",
            "the condition holds", "{instance=&quot;mx1&quot;}</span> <b>0.5</b>", "3 series, the newest sample is 7s old",
            "<b>0</b> <span class=\"quiet\">12s old</span>", "… and 2 more", "made up for after an outage",
            "no series has ever had the name &lt;x&gt;", "It yields one element.",
        ] {
            #expect(html.contains(text), "\(text)")
        }
    }

    @Test("a rule that was never evaluated says so")
    func neverEvaluated() throws {
        let view = try #require(RuleView(0, inGroup: "a b", of: Known(group: group()), RuleRemarks()))
        let html = try Templates().render(view, with: "rule")
        #expect(html.contains("There was none yet") && html.contains("None since the server started"))
    }

    @Test("there is no page of a rule that is not there", arguments: [("a b", 1), ("a b", -1), ("other", 0)])
    func missing(group name: String, index: Int) {
        #expect(RuleView(index, inGroup: name, of: Known(group: group()), RuleRemarks()) == nil)
    }

    @Test("every page links to the rules")
    func navigation() throws {
        let html = try Templates().render(PageView(title: "t", platform: "p", live: nil, content: ""), with: "page")
        #expect(html.contains("<a href=\"/rules\">Rules</a>"))
    }
}
