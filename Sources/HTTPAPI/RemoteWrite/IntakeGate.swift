import Synchronization

/// Bounds the bytes of requests that are in memory at one time, so that a slow disk does not turn into a lack of memory.
///
/// Who is turned away comes back: senders keep what was not acknowledged.
final class IntakeGate: Sendable {
    /// Bytes.
    let budget: Int
    /// Never above `budget`.
    private let taken = Mutex(0)

    init(budget: Int) {
        self.budget = budget
    }

    /// `false` when the budget is used up. Who was let in calls `leave` with the same number, once.
    func enter(_ bytes: Int) -> Bool {
        precondition(bytes >= 0, "Nobody makes room by coming in")
        return taken.withLock { taken in
            guard bytes <= budget - taken else { return false }
            taken += bytes
            return true
        }
    }

    func leave(_ bytes: Int) {
        taken.withLock { taken in
            precondition(bytes <= taken, "Nobody leaves who did not enter")
            taken -= bytes
        }
    }
}
