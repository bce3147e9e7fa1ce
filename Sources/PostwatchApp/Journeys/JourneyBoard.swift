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
    func record(_ report: JourneyReport) {
        let run = report.run
        let place = Place(journey: run.journey, vantage: run.vantage)
        entries.withLock { entries in
            if entries[place] == nil && entries.byPlace.count >= capacity { Self.makeRoom(in: &entries) }
            var entry = entries[place] ?? Entry(report: report, recent: [])
            if entry.report == report && !entry.recent.isEmpty { return }
            let age = entry.report.run.startedAt - run.startedAt
            if age <= .zero || age > Self.longestOverlap { entry.report = report }
            entry.recent.append(run.isSuccess ? run.duration.seconds : nil)
            entry.recent.removeFirst(max(0, entry.recent.count - Self.depth))
            entries[place] = entry
            while entries.weight > mostBytes && entries.byPlace.count > 1 { Self.makeRoom(in: &entries) }
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
            entries.byPlace.filter { $0.key.journey == journey }.map(\.value.report.run).filter { !$0.isSuccess }
                .max { $0.startedAt < $1.startedAt }
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

    private static func makeRoom(in entries: inout Entries) {
        // The server's own are few, and whatever agents tell does not push them out.
        func rank(_ entry: (key: Place, value: Entry)) -> (Int, Timestamp) {
            (entry.key.vantage == Vantage.local ? 1 : 0, entry.value.report.run.startedAt)
        }
        let oldest = entries.byPlace.min { rank($0) < rank($1) }
        if let oldest { entries[oldest.key] = nil }
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
