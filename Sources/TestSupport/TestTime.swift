import PostwatchModel
import PostwatchRuntime
import Synchronization

/// A wall clock that stands until it is set, and a waiting clock whose sleepers wake when it is moved past their time.
public final class TestTime: Clock, Sendable {
    public typealias Instant = ContinuousClock.Instant

    private struct State: Sendable {
        var now: Timestamp
        var instant = ContinuousClock.now
        var sleepers: [Int: (until: Instant, wake: CheckedContinuation<Void, any Error>)] = [:]
        var nextSleeper = 0
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>
    public let sleeping: AsyncStream<Duration>
    private let sleepingContinuation: AsyncStream<Duration>.Continuation

    public init(_ start: Timestamp) {
        state = Mutex(State(now: start))
        (sleeping, sleepingContinuation) = AsyncStream.makeStream()
    }

    public var now: Instant { state.withLock { $0.instant } }
    public var minimumResolution: Duration { .nanoseconds(1) }
    public var world: World { World(clock: self) { self.state.withLock { $0.now } } }

    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now + duration
            state.instant = state.instant.advanced(by: duration)
            let due = state.sleepers.filter { $0.value.until <= state.instant }
            for key in due.keys { state.sleepers[key] = nil }
            return due.values.map(\.wake)
        }
        for wake in due { wake.resume() }
    }

    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let number = state.withLock { state in
            state.nextSleeper += 1
            return state.nextSleeper
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let wait: Duration? = state.withLock { state in
                    if state.cancelled.contains(number) { return nil }
                    let wait = state.instant.duration(to: deadline)
                    if wait > .zero { state.sleepers[number] = (deadline, continuation) }
                    return wait
                }
                guard let wait else { return continuation.resume(throwing: CancellationError()) }
                if wait <= .zero { return continuation.resume() }
                sleepingContinuation.yield(wait)
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.cancelled.insert(number)
                return state.sleepers.removeValue(forKey: number)
            }
            sleeper?.wake.resume(throwing: CancellationError())
        }
    }
}
