import PostwatchModel
import PostwatchRuntime

extension World {
    /// A world whose clock stands still until a test moves it, and whose wall clock follows: it shows `start` plus how far
    /// `clock` was moved since. Default start: 2026-01-01T00:00:00Z.
    public static func manual(at start: Timestamp = Timestamp(milliseconds: 1_767_225_600_000), clock: ManualClock = ManualClock()) -> World
    {
        let origin = clock.now
        return World(clock: clock) { start + origin.duration(to: clock.now) }
    }
}
