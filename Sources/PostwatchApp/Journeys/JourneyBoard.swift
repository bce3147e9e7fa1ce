import PostwatchModel
import Synchronization

/// The last runs of every journey from every vantage, for pages and for the texts of incidents. Kept in memory: the series store has the
/// history, and vantages report again within an interval.
final class JourneyBoard: JourneyShowing {
    /// What is known of a journey at one vantage.
    struct Entry: Sendable {
        /// That of the last run.
        var report: JourneyReport
        /// When that came, by the server's clock. What vantages say of time is theirs.
        var takenAt: Timestamp
        /// Durations of the last runs in seconds, oldest first; `nil` for a run that failed.
        var recent: [Double?]
    }

    /// How many durations are kept for each journey and vantage.
    private static let depth = 60

    private struct Place: Hashable {
        let journey: String
        let vantage: String
    }

    /// Everything that is known, and how much memory the reports take.
    private struct Entries {
        var byPlace: [Place: Entry] = [:]
        var weight = 0

        subscript(place: Place) -> Entry? {
            get { byPlace[place] }
            set {
                weight += (newValue?.report.weight ?? 0) - (byPlace[place]?.report.weight ?? 0)
                byPlace[place] = newValue
            }
        }
    }

    /// Journeys at their vantages that are kept; beyond, whatever has been silent for longest makes room.
    private let capacity: Int
    /// The same in bytes of their last reports: agents tell them, and one may be a stranger.
    private let mostBytes: Int
    private let entries = Mutex(Entries())

    /// - Parameters:
    ///   - capacity: default: 20,000.
    ///   - mostBytes: default: 128 MiB.
    init(capacity: Int = 20_000, mostBytes: Int = 128 << 20) {
        self.capacity = capacity
        self.mostBytes = mostBytes
    }

    /// What a run may be older than the one before it. Further back the vantage's clock has been set back.
    private static let longestOverlap = Duration.seconds(600)

    /// A run that started before the one already shown only adds to the history; one that comes a second time adds nothing.
    /// - Parameter takenAt: when it came, by the server's clock.
    func record(_ report: JourneyReport, at takenAt: Timestamp) {
        let run = report.run
        let place = Place(journey: run.journey, vantage: run.vantage)
        entries.withLock { entries in
            if entries[place] == nil && entries.byPlace.count >= capacity { makeRoom(in: &entries) }
            var entry = entries[place] ?? Entry(report: report, takenAt: takenAt, recent: [])
            if entry.report == report && !entry.recent.isEmpty { return }
            let age = entry.report.run.startedAt - run.startedAt
            if age <= .zero || age > Self.longestOverlap { (entry.report, entry.takenAt) = (report, takenAt) }
            entry.recent.append(run.isSuccess ? run.duration.seconds : nil)
            entry.recent.removeFirst(max(0, entry.recent.count - Self.depth))
            entries[place] = entry
            if entries.weight > mostBytes { makeRoom(in: &entries) }
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
            entries.byPlace.lazy.filter { $0.key.journey == journey && !$0.value.report.run.isSuccess }
                .max { $0.value.takenAt < $1.value.takenAt }?.value.report.run
        }
    }

    /// Everything that is known, by journey and vantage.
    func all() -> [Entry] {
        entries.withLock { Array($0.byPlace.values) }.sorted {
            ($0.report.run.journey, $0.report.run.vantage) < ($1.report.run.journey, $1.report.run.vantage)
        }
    }

    func lastReports() -> [JourneyReport] { all().map(\.report) }

    // MARK: - Private

    /// Forgets so many at once that it pays to look at all of them.
    private func makeRoom(in entries: inout Entries) {
        // The server's own are few, and whatever agents tell does not push them out.
        func rank(_ entry: (key: Place, value: Entry)) -> (Int, Timestamp) {
            (entry.key.vantage == Vantage.local ? 1 : 0, entry.value.takenAt)
        }
        let most = max(1, min(capacity - 1, capacity - capacity / 10))
        for oldest in entries.byPlace.sorted(by: { rank($0) < rank($1) }) {
            guard entries.byPlace.count > most || (entries.weight > mostBytes - mostBytes / 10 && entries.byPlace.count > 1) else { return }
            entries[oldest.key] = nil
        }
    }
}

extension JourneyReport {
    /// About how much memory it takes, in bytes.
    fileprivate var weight: Int {
        let steps = run.steps.reduce(0) { $0 + 100 + $1.wire.utf8.count + $1.phase.utf8.count + ($1.failure?.utf8.count ?? 0) }
        let figures = run.figures.reduce(0) { $0 + 50 + $1.name.utf8.count + $1.labels.bytes.count }
        // The way of its message is bounded to less than what else a report may hold.
        let passage = run.passage.map { 500 + 150 * ($0.phases.count + $0.marks.count) } ?? 0
        return 500 + steps + figures + passage + path.reduce(0) { $0 + 20 + $1.utf8.count } + run.labels.bytes.count
            + (run.failure?.utf8.count ?? 0)
    }
}
