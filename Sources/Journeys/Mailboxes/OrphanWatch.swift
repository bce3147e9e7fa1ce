import PostwatchModel
import Synchronization

/// When a journey must look for messages that an earlier run of it could not remove: at first, after a run that was broken off, and
/// once a day for those of other processes. A search through a whole folder is too dear for each run.
final class OrphanWatch: Sendable {
    private static let interval = Duration.seconds(86_400)

    private let lastLook = Mutex<Timestamp?>(nil)

    func isDue(at now: Timestamp) -> Bool {
        lastLook.withLock { $0.map { now - $0 >= Self.interval } ?? true }
    }

    func looked(at now: Timestamp) { lastLook.withLock { $0 = now } }

    /// A run may have left something behind.
    func suspect() { lastLook.withLock { $0 = nil } }
}
