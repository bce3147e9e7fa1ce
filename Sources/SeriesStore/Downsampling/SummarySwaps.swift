import Synchronization

/// Tells queries that samples changed places while they read: from a day file into summaries, or out of both.
///
/// Memory, day files and month files are read one after the other. A query during which something changed places reads again. One that
/// was disturbed twice holds further changes that can wait.
final class SummarySwaps: Sendable {
    private struct State: Sendable {
        var done = 0
        var underWay = 0
        var holds = 0
    }

    private let state = Mutex(State())

    /// Equal before and after a reading when nothing changed places; `nil` while something does.
    var moment: Int? { state.withLock { $0.underWay == 0 ? $0.done : nil } }
    /// A query waits until it is not disturbed any more: what can be done later is.
    var isHeld: Bool { state.withLock { $0.holds > 0 } }

    /// Samples change places in `body`.
    func during<Result, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        state.withLock { $0.underWay += 1 }
        defer {
            state.withLock { state in
                state.underWay -= 1
                state.done += 1
            }
        }
        return try body()
    }

    func hold() {
        state.withLock { $0.holds += 1 }
    }

    func release() {
        state.withLock { $0.holds -= 1 }
    }
}
