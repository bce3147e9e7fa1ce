import PostwatchModel

/// Everything that a component may not reach for by itself: time to wait, time to stamp.
/// Only the executable makes the live one; tests make their own.
public struct World: Sendable {
    /// For waiting and for measuring: never jumps.
    public let clock: any Clock<Duration>
    /// For stamping: the wall clock.
    public let now: @Sendable () -> Timestamp

    public init(clock: any Clock<Duration>, now: @escaping @Sendable () -> Timestamp) {
        self.clock = clock
        self.now = now
    }

    /// Waits until the wall clock shows `moment`; returns at once when it has passed. Throws `CancellationError`.
    public func sleep(until moment: Timestamp) async throws {
        let wait = moment - now()
        if wait > .zero { try await clock.sleep(for: wait) }
    }
}
