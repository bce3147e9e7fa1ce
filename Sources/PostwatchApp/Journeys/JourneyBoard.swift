import PostwatchModel
import Synchronization

/// The last runs of every journey from every vantage, for pages and for the texts of incidents. Kept in memory: the series store has the
/// history, and vantages report again within an interval.
final class JourneyBoard: JourneyShowing {
    /// What is known of a journey at one vantage.
    struct Entry: Sendable {
        /// That of the last run.
        var report: JourneyReport
        /// Durations of the last runs in seconds, oldest first; `nil` for a run that failed.
        var recent: [Double?]
    }

    /// How many durations are kept for each journey and vantage.
    private static let depth = 60

    private struct Place: Hashable {
        let journey: String
        let vantage: String
    }

    /// Journeys at their vantages that are kept; beyond, whatever has been silent for longest makes room.
    private let capacity: Int
    private let entries = Mutex<[Place: Entry]>([:])

    init(capacity: Int = 20_000) {
        self.capacity = capacity
    }

    /// What a run may be older than the one before it. Further back the vantage's clock has been set back.
    private static let longestOverlap = Duration.seconds(600)

    /// A run that started before the one already shown only adds to the history; one that comes a second time adds nothing.
    func record(_ report: JourneyReport) {
        let run = report.run
        let place = Place(journey: run.journey, vantage: run.vantage)
        entries.withLock { entries in
            if entries[place] == nil && entries.count >= capacity { Self.makeRoom(in: &entries) }
            var entry = entries[place] ?? Entry(report: report, recent: [])
            if entry.report == report && !entry.recent.isEmpty { return }
            let age = entry.report.run.startedAt - run.startedAt
            if age <= .zero || age > Self.longestOverlap { entry.report = report }
            entry.recent.append(run.isSuccess ? run.duration.seconds : nil)
            entry.recent.removeFirst(max(0, entry.recent.count - Self.depth))
            entries[place] = entry
        }
    }

    func entry(of journey: String, from vantage: String) -> Entry? {
        entries.withLock { $0[Place(journey: journey, vantage: vantage)] }
    }

    func lastRun(of journey: String, from vantage: String = Vantage.local) -> JourneyRun? {
        entry(of: journey, from: vantage)?.report.run
    }

    /// Why the journey failed last, there or, without a vantage, where it failed last; `nil` when it did not.
    func failure(of journey: String, from vantage: String?) -> String? {
        if let vantage { return lastRun(of: journey, from: vantage)?.failure }
        return lastFailure(of: journey)?.failure
    }

    /// Of the last runs at all vantages, the newest that failed.
    func lastFailure(of journey: String) -> JourneyRun? {
        entries.withLock { entries in
            entries.filter { $0.key.journey == journey }.map(\.value.report.run).filter { !$0.isSuccess }
                .max { $0.startedAt < $1.startedAt }
        }
    }

    /// Everything that is known, by journey and vantage.
    func all() -> [Entry] {
        entries.withLock { Array($0.values) }.sorted {
            ($0.report.run.journey, $0.report.run.vantage) < ($1.report.run.journey, $1.report.run.vantage)
        }
    }

    func lastReports() -> [JourneyReport] { all().map(\.report) }

    // MARK: - Private

    private static func makeRoom(in entries: inout [Place: Entry]) {
        let oldest = entries.min { $0.value.report.run.startedAt < $1.value.report.run.startedAt }
        if let oldest { entries[oldest.key] = nil }
    }
}
