import PostwatchModel
import PostwatchRuntime
import Synchronization

/// A clock that stands still until a test moves it: a day passes in an instant, and nothing depends on how fast the machine is.
///
/// ```swift
/// let clock = ManualClock()
/// async let run: Void = service.run()
/// await clock.sleepers(reach: 1)
/// clock.advance(by: .seconds(60))
/// ```
public final class ManualClock: Clock, Sendable {
    /// A moment of a manual clock: the time since it was made.
    public struct Instant: InstantProtocol {
        public let offset: Swift.Duration

        public init(offset: Swift.Duration) {
            self.offset = offset
        }

        public func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
        public func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
        public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Watcher {
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var nextSleeper = 0
        /// By order of arrival.
        var sleepers: [Int: Sleeper] = [:]
        var watchers: [Watcher] = []

        mutating func takeSleepers(where isDue: (Sleeper) -> Bool) -> [Sleeper] {
            let due = sleepers.filter { isDue($0.value) }.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }
            for (key, _) in due { sleepers[key] = nil }
            return due.map(\.value)
        }
    }

    private let state = Mutex(State())

    public init() {}

    public var now: Instant { state.withLock(\.now) }
    public var minimumResolution: Swift.Duration { .nanoseconds(1) }

    /// How many tasks wait on this clock.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// The moment of the sleeper that will be woken first; `nil` when nobody waits.
    public var nextDeadline: Instant? { state.withLock { state in state.sleepers.values.map(\.deadline).min() } }

    /// Moves the clock and wakes those whose time has come, earliest first. Does not wait until they have run: what they do next is
    /// awaited with `sleepers(reach:)` or by their own result. A negative duration is our bug.
    public func advance(by duration: Swift.Duration) {
        precondition(duration >= .zero, "time does not run backwards")
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let now = state.now
            return state.takeSleepers { $0.deadline <= now }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Moves the clock to the next deadline and returns how far that was; `nil` when nobody waits.
    @discardableResult
    public func advanceToNextDeadline() -> Swift.Duration? {
        guard let next = nextDeadline else { return nil }
        let wait = now.duration(to: next)
        advance(by: wait)
        return wait
    }

    /// Returns as soon as at least `count` tasks wait on this clock.
    public func sleepers(reach count: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append(Watcher(count: count, continuation: continuation))
                return false
            }
            if isReached { continuation.resume() }
        }
    }

    /// Waits until the clock was moved to `deadline`. Throws `CancellationError` when the task is cancelled.
    public func sleep(until deadline: Instant, tolerance: Swift.Duration? = nil) async throws {
        let key = state.withLock { state in
            state.nextSleeper += 1
            return state.nextSleeper
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enter(key, Sleeper(deadline: deadline, continuation: continuation))
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: key) }?.continuation.resume(throwing: CancellationError())
        }
    }

    // MARK: - Private

    private enum Entry {
        case over, cancelled, waits([Watcher])
    }

    private func enter(_ key: Int, _ sleeper: Sleeper) {
        let entry: Entry = state.withLock { state in
            // Looked at under the lock: a cancellation before this found no sleeper to wake, one after it will.
            if Task.isCancelled { return .cancelled }
            if sleeper.deadline <= state.now { return .over }
            state.sleepers[key] = sleeper
            let count = state.sleepers.count
            let content = state.watchers.filter { $0.count <= count }
            state.watchers.removeAll { $0.count <= count }
            return .waits(content)
        }
        switch entry {
        case .over: sleeper.continuation.resume()
        case .cancelled: sleeper.continuation.resume(throwing: CancellationError())
        case .waits(let watchers): for watcher in watchers { watcher.continuation.resume() }
        }
    }
}
