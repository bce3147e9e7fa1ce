import PostwatchModel
import PostwatchRuntime
import Rules
import Testing

@Suite("RuleFile")
struct RuleFileTests {
    private func read(_ yaml: String) throws -> RuleFile {
        try RuleFile.read(try ConfigurationFile.parse(yaml, file: "rules.yml"), file: "rules.yml")
    }

    @Test("A file with everything in it is read")
    func reads() throws {
        let file = try read(
            """
            groups:
              - name: mail
                interval: 15s
                limit: 10
                query_offset: 5s
                labels: {team: mail, severity: info}
                rules:
                  - record: queue:depth:sum
                    expr: sum(depth)
                    labels: {kind: total}
                  - alert: QueueLong
                    expr: queue:depth:sum > 100
                    for: 5m
                    keep_firing_for: 1m
                    labels: {severity: critical}
                    annotations: {summary: "{{ $value }} messages"}
            """)
        let group = try #require(file.groups.first)
        #expect(group.interval == .seconds(15) && group.limit == 10 && group.queryOffset == .seconds(5))
        guard case .recording(let recording) = group.rules[0], case .alerting(let alerting) = group.rules[1] else {
            Issue.record("wrong kinds of rules")
            return
        }
        #expect(recording.metric == "queue:depth:sum")
        #expect(recording.labels == ["kind": "total", "team": "mail", "severity": "info"])
        #expect(alerting.hold == .seconds(300) && alerting.keepFiringFor == .seconds(60))
        #expect(alerting.labels.mapValues(\.source) == ["severity": "critical", "team": "mail"])
    }

    @Test(
        "Each mistake is told with its line and what to write",
        arguments: [
            ("expr: up", 4, "neither record nor alert"), ("alert: A\n      record: b\n      expr: up", 5, "both record and alert"),
            ("alert: A\n      expr: rate(up)", 5, "an instant vector at 1:6 of the expression"),
            ("alert: A\n      expr: up[5m]", 5, "a range vector"), ("alert: A", 4, "nothing"),
            ("record: b\n      expr: up\n      for: 5m", 6, "for on a recording rule"),
            ("record: b\n      expr: up\n      annotations: {a: b}", 6, "annotations on a recording rule"),
            ("record: \"b{x}\"\n      expr: up", 4, "\"b{x}\""),
            ("alert: A\n      expr: up\n      annotations: {postwatch_missing: maybe}", 6, "\"maybe\" in postwatch_missing"),
            (
                "alert: A\n      expr: up\n      annotations: {postwatch_recover: up >}", 6,
                "unexpected end of input at 1:5 of postwatch_recover"
            ),
            ("alert: A\n      expr: up\n      annotations: {postwatch_mising: keep}", 6, "the unknown postwatch_mising"),
            ("alert: A\n      expr: up\n      labels: {__name__: b}", 6, "the name \"__name__\" in labels.__name__"),
            ("alert: A\n      expr: up\n      annotations: {a: \"{{ $x }}\"}", 6, "the unknown variable \"$x\" in annotations.a"),
            ("alert: A\n      expr: up\n      fore: 5m", 6, "an unknown key"),
            ("alert: A\n      expr: up\n      for: often", 6, "\"often\""),
        ])
    func reportsFault(rule: String, line: Int, found: String) throws {
        let yaml = "groups:\n  - name: mail\n    rules:\n    - \(rule)\n"
        do {
            _ = try read(yaml)
            Issue.record("was accepted")
        } catch let faults as ConfigurationFaults {
            #expect(faults.faults.map(\.found) == [found])
            #expect(faults.faults.map(\.line) == [line])
        }
    }

    @Test("All mistakes of a file are told at once")
    func reportsEverything() throws {
        do {
            _ = try read("groups:\n- name: a\n  rules: [{alert: A, expr: \"1 +\"}, {expr: up}]\n- name: a\n  interval: x\n- rulez: []\n")
            Issue.record("was accepted")
        } catch let faults as ConfigurationFaults {
            #expect(faults.faults.count == 6, "\(faults)")
        }
    }
}
