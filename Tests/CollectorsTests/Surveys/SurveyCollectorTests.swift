import PostwatchModel
import PostwatchRuntime
import Synchronization
import TestSupport
import Testing

@testable import Collectors

@Suite("A survey")
struct SurveyCollectorTests {
    private let clock = ManualClock()

    @Test("is made once at the start, and reported on every beat until the next one")
    func repeats() async throws {
        let survey = FakeSurvey()
        let set = CollectorSet([collector(survey)], world: world)
        #expect(Metrics(await set.collect().measurements)["fake_surveys"] == nil)
        await set.survey()
        for _ in 0..<3 {
            let round = await set.collect()
            #expect(Metrics(round.measurements)["fake_surveys"] == 1)
            #expect(round.findings == [.init(collector: "fake", text: "survey 1")])
        }
        #expect(survey.count == 1)
    }

    @Test("is made again on its own beat, and soon when not all could be looked at")
    func pace() async throws {
        let survey = FakeSurvey()
        let set = CollectorSet([collector(survey)], world: world)
        let loop = Task { try await set.keepSurveying() }
        await clock.sleepers(reach: 1)
        #expect(survey.count == 1)
        survey.fail()
        #expect((clock.advanceToNextDeadline() ?? .zero) <= .seconds(600))
        while survey.count < 2 { await Task.yield() }
        await clock.sleepers(reach: 1)
        #expect((clock.advanceToNextDeadline() ?? .zero) <= .seconds(60))
        while survey.count < 3 { await Task.yield() }
        #expect(Metrics(await set.collect().measurements)["fake_surveys"] == 3)
        loop.cancel()
        _ = await loop.result
    }

    private var world: World { .manual(clock: clock) }

    private func collector(_ survey: FakeSurvey) -> SurveyCollector {
        SurveyCollector(name: "fake", pace: SurveyPace(every: .seconds(600), timeout: .seconds(1)), world: world, survey: survey)
    }
}

private final class FakeSurvey: Surveying {
    private let state: Mutex<(count: Int, isComplete: Bool)> = Mutex((0, true))

    var count: Int { state.withLock { $0.count } }

    func fail() { state.withLock { $0.isComplete = false } }

    func survey(at moment: Timestamp) async -> Survey {
        state.withLock { state in
            state.count += 1
            return Survey(
                measurements: [Measurement("fake_surveys", .gauge, help: "How many.", value: Double(state.count))],
                findings: ["survey \(state.count)"], isComplete: state.isComplete)
        }
    }
}
