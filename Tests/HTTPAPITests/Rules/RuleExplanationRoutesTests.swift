import Hummingbird
import PostwatchModel
import Testing

@testable import HTTPAPI

@Suite("The explanation routes")
struct RuleExplanationRoutesTests {
    private struct Known: RuleShowing {
        let moment = Timestamp(milliseconds: 1_767_225_600_000)

        func ruleGroups() -> [RuleGroupStatus] {
            var group = RuleGroupStatus(
                name: "g", file: "r.yml", interval: .seconds(15), limit: 0, queryOffset: .zero,
                rules: [
                    RuleStatus(kind: .alerting, name: "Down", query: "up == 0", revision: "abc", line: 4),
                    RuleStatus(kind: .recording, name: "a:b", query: "sum(up)", revision: "def", line: 8),
                ])
            group.rules[0].alerts = [
                AlertRecord(
                    id: "1", group: "g", rule: "Down", labels: ["alertname": "Down"], annotations: [:], state: .firing, value: 0,
                    activeAt: moment)
            ]
            return [group]
        }

        func lastExplanation(ofRule index: Int, inGroup group: String) -> RuleExplanation? {
            guard index == 0 else { return nil }
            let ended = RuleExplanation.ReadSample(
                labels: ["instance": "mx1"], timestamp: moment - .seconds(20), value: Sample.staleMarker)
            let reading = RuleExplanation.Reading(
                selector: "{__name__=\"up\"}", from: moment - .seconds(300), through: moment, seriesCount: 7,
                newest: moment - .seconds(5), samples: [ended])
            var explanation = RuleExplanation(
                group: "g", rule: "Down", revision: "abc", expression: "up == 0", evaluatedAt: moment, lookedAt: moment,
                isCatchUp: false, readings: [reading])
            explanation.elementCount = 1
            explanation.elements = [.init(labels: ["instance": "mx1"], value: .nan)]
            explanation.alerts = [
                .init(id: "1", labels: ["alertname": "Down"], before: nil, after: .firing, value: .infinity, reason: "the condition holds")
            ]
            return explanation
        }

        func changes(ofRule index: Int, inGroup group: String) -> [RuleExplanation] {
            lastExplanation(ofRule: index, inGroup: group).map { [$0] } ?? []
        }
    }

    private static let findings = [
        RuleFindingReport(group: "g", rule: "Down", line: 4, isFatal: true, finding: "Down: this alert cannot fire: no"),
        RuleFindingReport(group: "h", rule: "Other", line: 9, isFatal: false, finding: "Other: no"),
    ]

    private func answer(_ uri: String) async throws -> Answered {
        let router = Router()
        RuleExplanationRoutes(rules: Known(), findings: { Self.findings }).add(to: router)
        return try await ask(uri, of: router)
    }

    @Test("an explanation tells rule revision, expression, samples with their age, and the state before and after")
    func explanation() async throws {
        let answer = try await answer("/api/v1/rules/explanations?rule_name[]=Down")
        #expect(answer.status == .ok)
        #expect(
            answer.body
                == #"{"status":"success","data":[{"file":"r.yml","group":"g","last":{"#
                + #""alerts":[{"after":"firing","before":"inactive","labels":{"alertname":"Down"},"reason":"the condition holds","value":"+Inf"}],"#
                + #""elementCount":1,"elements":[{"labels":{"instance":"mx1"},"value":"NaN"}],"evaluatedAt":"2026-01-01T00:00:00.000Z","#
                + #""expression":"up == 0","isCatchUp":false,"lookedAt":"2026-01-01T00:00:00.000Z","#
                + #""readings":[{"from":"2025-12-31T23:55:00.000Z","newest":"2025-12-31T23:59:55.000Z","newestAgeSeconds":5,"#
                + #""samples":[{"ageSeconds":20,"labels":{"instance":"mx1"},"timestamp":"2025-12-31T23:59:40.000Z","value":"ended"}],"#
                + #""selector":"{__name__=\"up\"}","seriesCount":7,"through":"2026-01-01T00:00:00.000Z"}],"revision":"abc"},"#
                + #""line":4,"rule":"Down","state":"firing","type":"alerting"}]}"#)
    }

    @Test("all rules are told of, those that were never evaluated without an explanation, and changes where they are wanted")
    func choices() async throws {
        let all = try await answer("/api/v1/rules/explanations").body
        #expect(all.contains(#"{"file":"r.yml","group":"g","line":8,"rule":"a:b","state":"unknown","type":"recording"}"#))
        #expect(!all.contains("changes"))
        #expect(try await answer("/api/v1/rules/explanations?changes=true").body.contains(#""changes":[{"alerts""#))
        #expect(try await answer("/api/v1/rules/explanations?rule_group[]=none").body == #"{"status":"success","data":[]}"#)
        #expect(try await answer("/api/v1/rules/explanations?changes=maybe").status == .badRequest)
    }

    @Test("findings are told, of all rules or of those named")
    func findings() async throws {
        #expect(
            try await answer("/api/v1/rules/findings?rule_group[]=g").body
                == #"{"status":"success","data":[{"finding":"Down: this alert cannot fire: no","group":"g","isFatal":true,"line":4,"rule":"Down"}]}"#
        )
        #expect(try await answer("/api/v1/rules/findings").body.contains("Other"))
    }
}
