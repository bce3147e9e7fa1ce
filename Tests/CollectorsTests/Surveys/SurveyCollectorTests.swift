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
        await kept(1, by: set)
        #expect(survey.count == 1)
        survey.fail()
        #expect((clock.advanceToNextDeadline() ?? .zero) <= .seconds(600))
        await kept(2, by: set)
        #expect((clock.advanceToNextDeadline() ?? .zero) <= .seconds(60))
        await kept(3, by: set)
        loop.cancel()
        _ = await loop.result
    }

    @Test("tells when it was made, and is no longer told when no further one comes to its end")
    func age() async throws {
        let survey = FakeSurvey()
        let set = CollectorSet([collector(survey)], world: world)
        let end = Double(world.now().seconds)
        await set.survey()
        let time = "postwatch_survey_timestamp_seconds{collector=\"fake\"}"
        clock.advance(by: .seconds(1200))
        #expect(Metrics(await set.collect().measurements).values.filter { !$0.key.hasPrefix("node_") } == ["fake_surveys": 1, time: end])
        clock.advance(by: .seconds(1))
        let round = await set.collect()
        guard case .timedOut(after: .seconds(1200), while: _) = round.failures.first?.reason else {
            Issue.record("\(round.failures)")
            return
        }
        let metrics = Metrics(round.measurements)
        #expect(metrics.values.filter { !$0.key.hasPrefix("node_") } == ["fake_up": 0, time: end])
        #expect(metrics["node_scrape_collector_success{collector=\"fake\"}"] == 0)
        await set.survey()
        #expect(Metrics(await set.collect().measurements)["fake_surveys"] == 2)
    }

    @Test("that hangs is left to itself, is not made a second time, and does not make old figures look fresh")
    func hanging() async throws {
        let gate = Gate()
        let survey = FakeSurvey(gate: gate)
        let set = CollectorSet([collector(survey)], world: world)
        async let first: Void = set.survey()
        await clock.sleepers(reach: 1)
        while survey.count < 1 { await Task.yield() }
        clock.advance(by: .seconds(6))
        await first
        await set.survey()
        #expect(survey.count == 1)
        #expect(await set.collect().failures == [])
        clock.advance(by: .seconds(1200))
        let round = await set.collect()
        #expect(round.failures.count == 1)
        #expect(Metrics(round.measurements)["fake_up"] == 0)
        #expect(Metrics(round.measurements)["fake_surveys"] == nil)

        gate.open()
        repeat {
            await set.survey()
            await Task.yield()
        } while survey.count < 2
        #expect(await set.collect().failures == [])
    }

    /// Waits until the survey of that number is what is reported, and the loop waits for the next.
    private func kept(_ count: Int, by set: CollectorSet) async {
        while Metrics(await set.collect().measurements)["fake_surveys"] != Double(count) { await Task.yield() }
        await clock.sleepers(reach: 1)
    }

    private var world: World { .manual(clock: clock) }

    private func collector(_ survey: FakeSurvey) -> SurveyCollector {
        SurveyCollector(name: "fake", pace: SurveyPace(every: .seconds(600), timeout: .seconds(1)), world: world, survey: survey)
    }
}

private final class FakeSurvey: Surveying {
    private let state: Mutex<(count: Int, isComplete: Bool)> = Mutex((0, true))

    private let gate: Gate?

    init(gate: Gate? = nil) {
        self.gate = gate
    }

    var figuresOfFailure: [Measurement] { [Measurement("fake_up", .gauge, help: "Whether it is up.", value: 0)] }

    var count: Int { state.withLock { $0.count } }

    func fail() { state.withLock { $0.isComplete = false } }

    func survey(at moment: Timestamp) async -> Survey {
        state.withLock { $0.count += 1 }
        await gate?.pass()
        return state.withLock { state in
            Survey(
                measurements: [Measurement("fake_surveys", .gauge, help: "How many.", value: Double(state.count))],
                findings: ["survey \(state.count)"], isComplete: state.isComplete)
        }
    }
}
