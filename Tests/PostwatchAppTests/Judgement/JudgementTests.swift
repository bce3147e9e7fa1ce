import PostwatchModel
import PromQL
import Rules
import Testing
import Triage

@testable import PostwatchApp

@Suite("Judgement")
struct JudgementTests {
    private func judgement(evaluatedAt second: Int) throws -> Judgement {
        let group = RuleGroup(name: "g", rules: [.recording(RecordingRule(metric: "r", query: try PromQLQuery("up")))])
        let triage = IncidentTracker(
            policy: TriagePolicy(), topology: Topology(platform: "p", components: []), addresses: [], restoring: [], highestNumber: 0)
        return Judgement(
            trackers: [RuleGroupTracker(group: group, restoring: [])], triage: triage, startedAt: at(second),
            evaluations: ["g": at(second)], storedEvaluations: [:])
    }

    private func at(_ second: Int) -> Timestamp { Timestamp(milliseconds: Int64(second) * 1000) }

    private func due(_ seconds: Int...) -> EvaluationPlan.Due {
        var due = EvaluationPlan.Due()
        due.missed = seconds.map(at)
        return due
    }

    @Test("what was made up for is not done again when the turn is taken again")
    func done() throws {
        var judgement = try judgement(evaluatedAt: 100)
        judgement.noteMissed(due(90, 100), ofGroupAt: 0)
        #expect(judgement.missed.isEmpty)
        judgement.noteMissed(due(90, 100, 110), ofGroupAt: 0)
        judgement.noteMissed(due(90, 100, 110, 120), ofGroupAt: 0)
        var moments: [Timestamp] = []
        while let (group, moment) = judgement.nextMissed {
            moments.append(moment)
            judgement.missed[group]?.noteDone()
        }
        #expect(moments == [at(110), at(120)])
    }

    @Test("a gap behind one that is still being made up for is left as it is, once evaluations go on")
    func laterGap() throws {
        var judgement = try judgement(evaluatedAt: 100)
        judgement.noteMissed(due(110, 120), ofGroupAt: 0)
        judgement.resume(groupAt: 0, at: at(130))
        judgement.noteMissed(due(300, 310), ofGroupAt: 0)
        judgement.missed[0]?.noteDone()
        #expect(judgement.nextMissed?.moment == at(120))
        var unfinished = judgement
        #expect(unfinished.adopt(groupAt: 0) == nil && unfinished.missed.count == 1)
        judgement.missed[0]?.noteDone()
        #expect(judgement.nextMissed == nil)
        #expect(judgement.adopt(groupAt: 0) != nil && judgement.missed.isEmpty)
    }
}
