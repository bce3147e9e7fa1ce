import Hummingbird
import PostwatchModel
import Testing

@testable import HTTPAPI

@Suite("The rule routes")
struct RuleRoutesTests {
    private struct Known: RuleReporting {
        var groups = RuleRoutesTests.groups
        func ruleGroups() async -> [RuleGroupReport] { groups }
    }

    private static let moment = Timestamp(milliseconds: 1_767_225_600_000)
    private static let firing = AlertRecord(
        id: "1", group: "one", rule: "Always", labels: ["alertname": "Always", "severity": "page"],
        annotations: ["summary": "v 2.5"], state: .firing, value: 2.5, activeAt: moment, firedAt: moment,
        keepFiringSince: Timestamp(milliseconds: 1_767_225_660_000))
    private static let pending = AlertRecord(
        id: "2", group: "one", rule: "Waits", labels: ["alertname": "Waits"], annotations: [:], state: .pending, value: 1, activeAt: moment)
    private static let groups = [
        RuleGroupReport(
            name: "one", file: "r.yml", interval: .seconds(1), limit: 3, evaluationTime: .milliseconds(2), lastEvaluation: moment,
            rules: [
                RuleReport(
                    name: "a:b", query: "vector(1)", labels: ["team": "x"], health: .ok, evaluationTime: .microseconds(250),
                    lastEvaluation: moment),
                RuleReport(
                    name: "Always", query: "vector(2.5) > 1", labels: ["severity": "page"], health: .ok, lastEvaluation: moment,
                    alerting: .init(keepFiringFor: .seconds(300), annotations: ["summary": "v {{ $value }}"], alerts: [firing])),
                RuleReport(
                    name: "Waits", query: "vector(1)", health: .failed, lastError: "no", lastEvaluation: moment,
                    alerting: .init(hold: .seconds(3600), alerts: [pending])),
            ]),
        RuleGroupReport(name: "two", file: "r.yml", interval: .seconds(60), rules: [RuleReport(name: "c:d", query: "sum(up)")]),
        RuleGroupReport(
            name: "one", file: "s.yml", interval: .seconds(60), rules: [RuleReport(name: "Idle", query: "up", alerting: .init())]),
    ]

    private func rules(_ query: String = "", groups: [RuleGroupReport] = groups) async throws -> Answered {
        let router = Router()
        RuleRoutes(rules: Known(groups: groups)).add(to: router)
        return try await ask("/api/v1/rules\(query)", of: router)
    }

    /// The names of the rules that an answer has, in its order.
    private func names(_ query: String) async throws -> [String] {
        let answer = try await rules(query)
        #expect(answer.status == .ok)
        let all = ["a:b", "Always", "Waits", "c:d", "Idle"]
        return all.filter { answer.body.contains("\"name\":\"\($0)\"") }
    }

    @Test("a group has the shape of Prometheus'")
    func shape() async throws {
        let answer = try await rules("?rule_group[]=one&file[]=r.yml")
        let alert =
            #"{"labels":{"alertname":"Always","severity":"page"},"annotations":{"summary":"v 2.5"},"state":"firing","#
            + #""activeAt":"2026-01-01T00:00:00.000Z","keepFiringSince":"2026-01-01T00:01:00.000Z","value":"2.5e+00"}"#
        let waiting =
            #"{"labels":{"alertname":"Waits"},"annotations":{},"state":"pending","activeAt":"2026-01-01T00:00:00.000Z","value":"1e+00"}"#
        let last = #""lastEvaluation":"2026-01-01T00:00:00.000Z""#
        #expect(
            answer.body
                == #"{"status":"success","data":{"groups":[{"name":"one","file":"r.yml","rules":["#
                + #"{"name":"a:b","query":"vector(1)","labels":{"team":"x"},"health":"ok","evaluationTime":0.00025,\#(last),"type":"recording"},"#
                + #"{"state":"firing","name":"Always","query":"vector(2.5) > 1","duration":0,"keepFiringFor":300,"labels":{"severity":"page"},"#
                + #""annotations":{"summary":"v {{ $value }}"},"alerts":[\#(alert)],"health":"ok","evaluationTime":0,\#(last),"type":"alerting"},"#
                + #"{"state":"pending","name":"Waits","query":"vector(1)","duration":3600,"keepFiringFor":0,"labels":{},"annotations":{},"#
                + #""alerts":[\#(waiting)],"health":"err","lastError":"no","evaluationTime":0,\#(last),"type":"alerting"}],"#
                + #""interval":1,"limit":3,"evaluationTime":0.002,\#(last)}]}}"#)
    }

    @Test("a rule that was never evaluated says so as Prometheus does")
    func neverEvaluated() async throws {
        let body = try await rules("?rule_name[]=Idle").body
        #expect(body.contains(#"{"state":"unknown","name":"Idle""#))
        #expect(body.contains(#""health":"unknown","evaluationTime":0,"lastEvaluation":"0001-01-01T00:00:00Z""#))
    }

    @Test(
        "filters leave what fits all of them",
        arguments: [
            ("", ["a:b", "Always", "Waits", "c:d", "Idle"]), ("?type=alert", ["Always", "Waits", "Idle"]),
            ("?type=Record", ["a:b", "c:d"]), ("?rule_name[]=a:b&rule_name[]=Idle", ["a:b", "Idle"]),
            ("?rule_group[]=two", ["c:d"]), ("?rule_group[]=one", ["a:b", "Always", "Waits", "Idle"]),
            ("?file[]=s.yml", ["Idle"]), ("?file[]=s.yml&rule_group[]=two", []), ("?match[]={severity=%22page%22}", ["Always"]),
            ("?match[]={team=~%22.%2B%22}&match[]={severity=%22page%22}", ["a:b", "Always"]),
        ])
    func filters(query: String, names: [String]) async throws {
        #expect(try await self.names(query) == names)
    }

    @Test("alerts are left out where they are not wanted, and states stay")
    func withoutAlerts() async throws {
        let body = try await rules("?exclude_alerts=true").body
        #expect(body.contains(#"{"state":"firing","name":"Always""#))
        #expect(!body.contains("activeAt"))
        #expect(body.contains(#""alerts":[]"#))
    }

    @Test("groups come page by page when a limit is set")
    func pages() async throws {
        let first = try await rules("?group_limit=2").body
        let token = try #require(first.split(separator: #""groupNextToken":""#).last?.prefix { $0 != "\"" })
        #expect(first.contains(#""name":"two""#) && !first.contains("Idle"))
        let second = try await rules("?group_limit=2&group_next_token=\(token)").body
        #expect(second.contains("Idle") && !second.contains(#""name":"two""#) && !second.contains("groupNextToken"))
        // A group of which nothing is shown does not count.
        #expect(try await names("?group_limit=2&type=alert") == ["Always", "Waits", "Idle"])
        let gone = try await rules("?group_limit=2&group_next_token=0123")
        #expect(gone.status == .badRequest)
        #expect(gone.body.contains("invalid group_next_token '0123'. were rule groups changed?"))
    }

    @Test(
        "what is no filter is refused",
        arguments: ["type=x", "group_limit=0", "group_limit=x", "group_next_token=abc", "exclude_alerts=maybe", "match[]={}"])
    func badFilters(query: String) async throws {
        let answer = try await rules("?\(query)")
        #expect(answer.status == .badRequest)
        #expect(answer.body.contains(#""errorType":"bad_data""#))
        if query == "type=x" { #expect(answer.body.contains(#"invalid parameter \"type\": not supported value \"x\""#)) }
    }

    @Test("all alerts of all rules are listed")
    func alerts() async throws {
        let router = Router()
        RuleRoutes(rules: Known()).add(to: router)
        let answer = try await ask("/api/v1/alerts", of: router)
        #expect(answer.body.hasPrefix(#"{"status":"success","data":{"alerts":[{"labels":{"alertname":"Always","severity":"page"}"#))
        #expect(answer.body.components(separatedBy: "activeAt").count == 3)
        #expect(
            try await ask("/api/v1/alertmanagers", of: router).body
                == #"{"status":"success","data":{"activeAlertmanagers":[],"droppedAlertmanagers":[]}}"#)
    }

    @Test(
        "an alert's value has an exponent, always",
        arguments: [
            (1, "1e+00"), (2.5, "2.5e+00"), (0, "0e+00"), (-0.0, "-0e+00"), (123, "1.23e+02"), (1e10, "1e+10"), (0.001, "1e-03"),
            (1.25e-7, "1.25e-07"), (-12.5, "-1.25e+01"), (1e100, "1e+100"), (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
            (5e-324, "5e-324"), (100_000_000_000_000_000_000, "1e+20"),
        ] as [(Double, String)])
    func exponents(value: Double, text: String) {
        #expect(value.exponentialText == text)
    }
}
