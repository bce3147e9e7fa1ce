import PostwatchModel
import PostwatchRuntime
import Synchronization
import TestSupport
import Testing

@Suite("The manual clock")
struct ManualClockTests {
    private let clock = ManualClock()

    @Test("stands still until it is moved")
    func standsStill() {
        let start = clock.now
        #expect(clock.now == start)
        clock.advance(by: .seconds(3))
        #expect(start.duration(to: clock.now) == .seconds(3))
        #expect(start < clock.now)
    }

    @Test("wakes those whose time has come, and nobody else")
    func wakes() async throws {
        async let short: Void = clock.sleep(for: .seconds(10))
        await clock.sleepers(reach: 1)
        async let long: Void = clock.sleep(for: .seconds(20))
        await clock.sleepers(reach: 2)
        #expect(clock.nextDeadline == .init(offset: .seconds(10)))
        clock.advance(by: .seconds(9))
        #expect(clock.sleeperCount == 2)
        clock.advance(by: .seconds(1))
        try await short
        #expect(clock.sleeperCount == 1)
        #expect(clock.advanceToNextDeadline() == .seconds(10))
        try await long
        #expect(clock.sleeperCount == 0)
        #expect(clock.advanceToNextDeadline() == nil)
    }

    @Test("does not hold up a sleep whose time has passed")
    func passed() async throws {
        try await clock.sleep(for: .zero)
        try await clock.sleep(for: .seconds(-1))
        clock.advance(by: .seconds(10))
        try await clock.sleep(until: .init(offset: .seconds(5)), tolerance: nil)
    }

    @Test("lets a sleeper go when its task is cancelled, before or while it sleeps")
    func cancellation() async {
        let clock = clock
        let sleeping = Task { try await clock.sleep(for: .seconds(10)) }
        await clock.sleepers(reach: 1)
        sleeping.cancel()
        await #expect(throws: CancellationError.self) { try await sleeping.value }
        #expect(clock.sleeperCount == 0)

        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await clock.sleep(for: .seconds(10))
        }
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(clock.sleeperCount == 0)
    }

    @Test("survives many sleepers that are cancelled and woken at once")
    func stress() async {
        let ended = Count()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                group.addTask {
                    let sleep = Task { try await clock.sleep(for: .seconds(number % 7 + 1)) }
                    if number.isMultiple(of: 3) { sleep.cancel() }
                    _ = try? await sleep.value
                    ended.add()
                }
            }
            group.addTask {
                while ended.value < 500 {
                    clock.advance(by: .seconds(1))
                    await Task.yield()
                }
            }
        }
        #expect(clock.sleeperCount == 0)
    }

    @Test("drives the wall clock of a manual world")
    func world() {
        clock.advance(by: .seconds(100))
        let start = Timestamp(milliseconds: 1_000)
        let world = World.manual(at: start, clock: clock)
        #expect(world.now() == start)
        clock.advance(by: .milliseconds(250))
        #expect(world.now() == start + .milliseconds(250))
        #expect(World.manual().now().rfc3339 == "2026-01-01T00:00:00.000Z")
    }
}

private final class Count: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    func add() {
        number.withLock { $0 += 1 }
    }
}
