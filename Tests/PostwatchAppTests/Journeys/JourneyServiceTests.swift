import Journeys
import Logging
import NIOPosix
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("JourneyService")
struct JourneyServiceTests {
    /// Is good, at once.
    private struct GoodJourney: JourneyRunning {
        let name = "archive"
        let interval = Duration.seconds(3600)
        let world: World

        func run() async -> JourneyRun {
            JourneyRun(
                journey: name, kind: "imap", vantage: "dublin", startedAt: world.now(), duration: .milliseconds(10), steps: [], failure: nil
            )
        }
    }

    private final class Memory: SampleAppending {
        let samples = Shared<[Sample]>([])

        func append(_ samples: [Sample]) async throws { self.samples.withLock { $0 += samples } }
    }

    @Test("between runs that are an hour apart the last verdict is told every minute", .timeLimit(.minutes(1)))
    func standing() async throws {
        let clock = ManualClock()
        let world = World.manual(clock: clock)
        let memory = Memory()
        let factory = JourneyFactory(
            vantage: "dublin", signingKey: ProbeSigningKey(Array("a key of the tests".utf8)), world: world,
            group: MultiThreadedEventLoopGroup.singleton,
            threadPool: .singleton)
        let service = JourneyService(
            journeys: [ScheduledJourney(journey: GoodJourney(world: world), path: [], confirmation: ConfirmationPolicy())], matrices: [],
            factory: factory, cells: MatrixCells(), vantage: "dublin", destinations: [memory], report: { _ in }, world: world,
            telemetry: Telemetry(facts: Facts.server), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let ups = { memory.samples.value.filter { $0.labels.metricName == "postwatch_journey_up" } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            while ups().isEmpty { await Task.yield() }
            let start = world.now()
            while world.now() - start < .seconds(1800) {
                await clock.sleepers(reach: 2)
                clock.advanceToNextDeadline()
            }
            await clock.sleepers(reach: 2)
            group.cancelAll()
        }
        // A beat may lie in that time.
        let moments = ups().map(\.timestamp).sorted()
        #expect(moments.count >= 29 && zip(moments, moments.dropFirst()).allSatisfy { $1 - $0 <= .seconds(60) }, "\(moments)")
        let required = memory.samples.value.count { $0.labels.metricName == "postwatch_journey_vantages_required" }
        #expect(required == moments.count)
        #expect(ups().allSatisfy { $0.value == 1 && $0.labels["journey"] == "archive" && $0.labels["vantage"] == "dublin" })
    }
}
