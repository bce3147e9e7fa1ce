import PostwatchModel
import Synchronization

/// The last runs of every journey, for the pages. Kept in memory: the series store has the history.
final class JourneyBoard: Sendable {
    /// How many durations are kept for each journey.
    private static let depth = 60

    private struct Entry {
        var lastRun: JourneyRun
        var recent: [Double?]
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// A run that started before the one already shown only adds to the history.
    func record(_ run: JourneyRun) {
        entries.withLock { entries in
            var entry = entries[run.journey] ?? Entry(lastRun: run, recent: [])
            if run.startedAt >= entry.lastRun.startedAt { entry.lastRun = run }
            entry.recent.append(run.isSuccess ? run.duration.seconds : nil)
            entry.recent.removeFirst(max(0, entry.recent.count - Self.depth))
            entries[run.journey] = entry
        }
    }

    func lastRun(of journey: String) -> JourneyRun? {
        entries.withLock { $0[journey]?.lastRun }
    }

    func recent(of journey: String) -> [Double?] {
        entries.withLock { $0[journey]?.recent ?? [] }
    }
}
