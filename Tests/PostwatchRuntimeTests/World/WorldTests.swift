import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@Suite("The world")
struct WorldTests {
    private let clock = ManualClock()

    @Test("sleeps until the wall clock shows the moment")
    func sleeps() async throws {
        let world = World.manual(clock: clock)
        let moment = world.now() + .seconds(90)
        async let sleep: Void = world.sleep(until: moment)
        await clock.sleepers(reach: 1)
        #expect(clock.advanceToNextDeadline() == .seconds(90))
        try await sleep
        #expect(world.now() == moment)
    }

    @Test("does not sleep for a moment that has passed")
    func passed() async throws {
        let world = World.manual(clock: clock)
        try await world.sleep(until: world.now())
        try await world.sleep(until: world.now() - .seconds(5))
        #expect(clock.sleeperCount == 0)
    }
}
