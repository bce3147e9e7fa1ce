import PostwatchModel
import PromQL
import Testing

@testable import Rules

@Suite("RuleGroupTracker")
struct RuleGroupTrackerTests {
    private static func group(hold: Duration = .zero, keepFiring: Duration = .zero, limit: Int = 0) throws -> RuleGroup {
        let rule = AlertingRule(
            name: "Down", query: try PromQLQuery("up == 0"), hold: hold, keepFiringFor: keepFiring,
            labels: ["severity": try GoTemplate("critical")],
            annotations: ["summary": try GoTemplate("{{ $labels.instance }}"), "detail": try GoTemplate("{{ $value }}")])
        return RuleGroup(name: "nodes", limit: limit, rules: [.alerting(rule)])
    }

    private static func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

    private static func down(_ instances: String..., value: Double = 0, at seconds: Int64 = 0) -> Result<[VectorElement], RuleFailure> {
        .success(
            instances.map {
                VectorElement(labels: ["__name__": "up", "instance": $0], timestamp: at(seconds), value: value)
            })
    }

    private static let nothing: Result<[VectorElement], RuleFailure> = .success([])

    /// `ALERTS pending`, `ALERTS firing stale`, `ALERTS_FOR_STATE 0`
    private func series(_ effects: RuleEffects) -> [String] {
        effects.samples.map { sample in
            let state = sample.labels["alertstate"].map { " " + $0 } ?? ""
            let value = Sample.isStaleMarker(sample.value) ? " stale" : sample.labels["alertstate"] == nil ? " \(Int(sample.value))" : ""
            return sample.labels.metricName + state + value
        }
    }

    @Test("Without for an alert fires in the evaluation that sees it first")
    func firesAtOnce() throws {
        var tracker = RuleGroupTracker(group: try Self.group(), restoring: [])
        let effects = tracker.observe(Self.down("mx1"), ofRule: 0, at: Self.at(10))
        let labels: LabelSet = ["alertname": "Down", "instance": "mx1", "severity": "critical"]
        let id = "nodes/Down/\(labels.fingerprint)"
        #expect(
            effects.events == [
                Event(
                    id: id, state: .firing, severity: .critical, labels: labels, annotations: ["summary": "mx1", "detail": "0"],
                    startedAt: Self.at(10))
            ])
        #expect(effects.changed.map(\.id) == [id])
        #expect(effects.changed.map(\.firedAt) == [Self.at(10)])
        #expect(series(effects) == ["ALERTS firing", "ALERTS_FOR_STATE 10"])
        #expect(tracker.health[0].status == .good)
    }

    @Test("With for an alert is pending first, fires once, and ends once")
    func wholeLife() throws {
        var tracker = RuleGroupTracker(group: try Self.group(hold: .seconds(10)), restoring: [])
        let first = tracker.observe(Self.down("mx1"), ofRule: 0, at: Self.at(0))
        #expect(first.events.isEmpty && first.changed.map(\.state) == [.pending])
        #expect(series(first) == ["ALERTS pending", "ALERTS_FOR_STATE 0"])

        let second = tracker.observe(Self.down("mx1"), ofRule: 0, at: Self.at(5))
        #expect(second.events.isEmpty && second.changed.isEmpty && second.ended.isEmpty)

        let third = tracker.observe(Self.down("mx1"), ofRule: 0, at: Self.at(10))
        #expect(third.events.map(\.state) == [.firing] && third.changed.map(\.state) == [.firing])
        #expect(third.events.map(\.startedAt) == [Self.at(0)])
        #expect(series(third) == ["ALERTS pending stale", "ALERTS firing", "ALERTS_FOR_STATE 0"])

        let fourth = tracker.observe(Self.down("mx1", value: 1), ofRule: 0, at: Self.at(15))
        #expect(fourth.events.isEmpty)

        let fifth = tracker.observe(Self.nothing, ofRule: 0, at: Self.at(20))
        #expect(fifth.events.map(\.state) == [.resolved])
        #expect(fifth.events.map(\.endedAt) == [Self.at(20)])
        #expect(fifth.events.map(\.id) == third.events.map(\.id))
        #expect(fifth.ended == third.changed.map(\.id))
        #expect(series(fifth) == ["ALERTS firing stale", "ALERTS_FOR_STATE stale"])

        let sixth = tracker.observe(Self.nothing, ofRule: 0, at: Self.at(25))
        #expect(sixth == RuleEffects())
    }

    @Test("A pending alert whose condition goes away is dropped without a word")
    func dropsPending() throws {
        var tracker = RuleGroupTracker(group: try Self.group(hold: .seconds(10)), restoring: [])
        let first = tracker.observe(Self.down("mx1"), ofRule: 0, at: Self.at(0))
        let second = tracker.observe(Self.nothing, ofRule: 0, at: Self.at(5))
        #expect(second.events.isEmpty && second.ended == first.changed.map(\.id))
        #expect(series(second) == ["ALERTS pending stale", "ALERTS_FOR_STATE stale"])
    }

    @Test("keep_firing_for bridges a gap and counts from the first evaluation without the condition")
    func keepsFiring() throws {
        var tracker = RuleGroupTracker(group: try Self.group(keepFiring: .seconds(10)), restoring: [])
        _ = tracker.observe(Self.down("mx1"), ofRule: 0, at: Self.at(0))
        let gone = tracker.observe(Self.nothing, ofRule: 0, at: Self.at(5))
        #expect(gone.events.isEmpty && gone.changed.map(\.keepFiringSince) == [Self.at(5)])
        let back = tracker.observe(Self.down("mx1"), ofRule: 0, at: Self.at(10))
        #expect(back.events.isEmpty && back.changed.map(\.keepFiringSince) == [nil])
        _ = tracker.observe(Self.nothing, ofRule: 0, at: Self.at(15))
        #expect(tracker.observe(Self.nothing, ofRule: 0, at: Self.at(24)).events.isEmpty)
        #expect(tracker.observe(Self.nothing, ofRule: 0, at: Self.at(25)).events.map(\.state) == [.resolved])
    }

    @Test("After a restart alerts go on exactly where they were")
    func restores() throws {
        let group = try Self.group(hold: .seconds(10), keepFiring: .seconds(10))
        var before = RuleGroupTracker(group: group, restoring: [])
        _ = before.observe(Self.down("pending"), ofRule: 0, at: Self.at(0))
        _ = before.observe(Self.down("pending", "firing"), ofRule: 0, at: Self.at(5))
        _ = before.observe(Self.down("firing", "pending"), ofRule: 0, at: Self.at(15))
        _ = before.observe(Self.down("new"), ofRule: 0, at: Self.at(20))

        var after = RuleGroupTracker(group: group, restoring: before.alerts(ofRule: 0))
        #expect(after.alerts(ofRule: 0) == before.alerts(ofRule: 0))
        let expected = before.observe(Self.down("new"), ofRule: 0, at: Self.at(30))
        let found = after.observe(Self.down("new"), ofRule: 0, at: Self.at(30))
        // Both held-up alerts end, the pending one fires: no event is repeated and none is forgotten.
        #expect(found.events == expected.events && found.changed == expected.changed && found.ended == expected.ended)
        #expect(series(found) == series(expected))
        #expect(found.events.map(\.state) == [.firing, .resolved, .resolved])
    }

    @Test("A firing alert that is restored does not announce itself again")
    func doesNotRepeatItself() throws {
        let group = try Self.group()
        var before = RuleGroupTracker(group: group, restoring: [])
        _ = before.observe(Self.down("mx1"), ofRule: 0, at: Self.at(0))
        var after = RuleGroupTracker(group: group, restoring: before.alerts(ofRule: 0))
        let effects = after.observe(Self.down("mx1"), ofRule: 0, at: Self.at(60))
        #expect(effects.events.isEmpty && effects.changed.isEmpty)
    }

    @Test("Alerts of a rule that is gone are ended on request")
    func retiresOrphans() throws {
        let record = AlertRecord(
            id: "nodes/Old/1", group: "nodes", rule: "Old", labels: ["alertname": "Old"], annotations: [:], state: .firing, value: 1,
            activeAt: Self.at(0), firedAt: Self.at(0))
        var tracker = RuleGroupTracker(group: try Self.group(), restoring: [record])
        let effects = tracker.retireOrphans(at: Self.at(9))
        #expect(effects.ended == ["nodes/Old/1"] && effects.events.map(\.endedAt) == [Self.at(9)])
        #expect(tracker.retireOrphans(at: Self.at(10)) == RuleEffects())
    }

    @Test("A failed query and repeated labels leave the alerts as they are")
    func errorsLeaveAlertsAlone() throws {
        var tracker = RuleGroupTracker(group: try Self.group(limit: 2), restoring: [])
        _ = tracker.observe(Self.down("mx1"), ofRule: 0, at: Self.at(0))
        let known = tracker.alerts(ofRule: 0)
        let failures: [(Result<[VectorElement], RuleFailure>, RuleFailure)] = [
            (.failure(.query(.timedOut)), .query(.timedOut)),
            (Self.down("mx1", "mx1"), .repeatedLabels(["alertname": "Down", "instance": "mx1", "severity": "critical"])),
        ]
        for (outcome, failure) in failures {
            #expect(tracker.observe(outcome, ofRule: 0, at: Self.at(5)) == RuleEffects())
            #expect(tracker.health[0].lastError == failure && tracker.health[0].status == .failing)
            #expect(tracker.health[0].lastEvaluation == Self.at(5))
            #expect(tracker.alerts(ofRule: 0) == known)
        }
        #expect(tracker.observe(Self.down("mx1"), ofRule: 0, at: Self.at(10)).events.isEmpty)
        #expect(tracker.health[0].status == .good)
    }

    @Test("A value in an annotation is written again after a minute, not at every evaluation")
    func writesAnnotationsSeldom() throws {
        var tracker = RuleGroupTracker(group: try Self.group(), restoring: [])
        _ = tracker.observe(Self.down("mx1", value: 0), ofRule: 0, at: Self.at(0))
        var writes: [Int64] = []
        for second in stride(from: Int64(5), through: 125, by: 5) {
            let effects = tracker.observe(Self.down("mx1", value: Double(second)), ofRule: 0, at: Self.at(second))
            if !effects.changed.isEmpty { writes.append(second) }
            #expect(effects.events.isEmpty)
        }
        #expect(writes == [60, 120])
        #expect(tracker.alerts(ofRule: 0)[0].annotations["detail"] == "125")
    }

    @Test("A recording rule gives series with its name and labels, and stale markers for those that vanish")
    func records() throws {
        let rule = RecordingRule(
            metric: "depth:sum", query: try PromQLQuery("sum by (queue) (depth)"), labels: ["team": "mail", "drop": ""])
        var tracker = RuleGroupTracker(group: RuleGroup(name: "g", rules: [.recording(rule)]), restoring: [])
        let element = VectorElement(labels: ["queue": "active", "drop": "x"], timestamp: Self.at(0), value: 7)
        let labels: LabelSet = ["__name__": "depth:sum", "queue": "active", "team": "mail"]
        #expect(
            tracker.observe(.success([element]), ofRule: 0, at: Self.at(0)).samples == [
                Sample(labels: labels, timestamp: Self.at(0), value: 7)
            ])
        let gone = tracker.observe(Self.nothing, ofRule: 0, at: Self.at(5)).samples
        #expect(gone.map(\.labels) == [labels] && gone.allSatisfy { Sample.isStaleMarker($0.value) })
        #expect(tracker.observe(Self.nothing, ofRule: 0, at: Self.at(10)) == RuleEffects())
    }
}
