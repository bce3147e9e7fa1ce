import PostwatchModel
import Testing

@testable import Rules

@Suite("EvaluationPlan")
struct EvaluationPlanTests {
    private static func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

    private func plan(last: Int64?, startedAt: Int64 = 0, catchUp: EvaluationPlan.CatchUp = .init()) -> EvaluationPlan {
        EvaluationPlan(
            beat: Beat(every: .seconds(10), phase: .seconds(3)), last: last.map(Self.at), startedAt: Self.at(startedAt), catchUp: catchUp)
    }

    @Test("Evaluations bear their planned times, however late they are done")
    func planned() {
        var plan = plan(last: nil)
        #expect(plan.next == Self.at(3) && plan.take(at: Self.at(2)) == EvaluationPlan.Due())
        #expect(plan.take(at: Self.at(7)).current == Self.at(3))
        #expect(plan.next == Self.at(13))
        let late = plan.take(at: Self.at(34))
        #expect(late.current == Self.at(33) && late.skippedBeats == 2 && late.missed.isEmpty)
    }

    @Test("After a stop the missed evaluations are made up for")
    func catchesUp() {
        var plan = plan(last: 3, startedAt: 100)
        let due = plan.take(at: Self.at(104))
        #expect(due.missed == stride(from: Int64(13), through: 93, by: 10).map(Self.at))
        #expect(due.current == Self.at(103) && due.skippedBeats == 0 && due.passedOver == .zero)
    }

    @Test("No further back than the bound, and the time before is passed over")
    func bounded() {
        var far = plan(last: 3, startedAt: 10_000)
        let due = far.take(at: Self.at(10_004))
        #expect(due.missed.first == Self.at(6413) && due.missed.count == 359)
        #expect(due.passedOver == .seconds(6400) && due.skippedBeats == 640)
        var many = plan(last: 3, startedAt: 10_000, catchUp: .init(mostEvaluations: 5))
        #expect(many.take(at: Self.at(10_004)).missed.map(\.milliseconds) == [9_953, 9_963, 9_973, 9_983, 9_993].map { $0 * 1000 })
    }

    @Test("Who is too slow for his interval does not catch up twice in a row")
    func notTwice() {
        var plan = plan(last: 3, startedAt: 100)
        #expect(!plan.take(at: Self.at(104)).missed.isEmpty)
        let second = plan.take(at: Self.at(204))
        #expect(second.missed.isEmpty && second.skippedBeats == 9)
        #expect(!plan.take(at: Self.at(304)).missed.isEmpty)
    }

    @Test("A clock that was set back silences no group")
    func clockSetBack() {
        #expect(plan(last: 5000, startedAt: 100).next == Self.at(103))
    }
}
