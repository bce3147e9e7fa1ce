import Logging
import PostwatchModel
import PostwatchRuntime

/// Moves samples from the journal to day files and deletes what is too old, on a thread of its own.
actor SeriesUpkeep {
    private let executor = DiskExecutor(label: "postwatch.series.upkeep")
    private let directory: String
    private let shelf: DayFileShelf
    private let memory: SharedRecentSamples
    private let logger: Logger

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(directory: String, shelf: DayFileShelf, memory: SharedRecentSamples, logger: Logger) {
        self.directory = directory
        self.shelf = shelf
        self.memory = memory
        self.logger = logger
    }

    /// Writes everything that is pending into day files. Without an `await` inside, so that flushes follow one another.
    func flush() throws(SeriesStoreFailure) {
        let pending = memory.withLock { $0.beginFlush() }
        if pending.isEmpty { return }
        // Days are written oldest first: when one fails, those before it need not be written again.
        var written = Int64.min
        defer { memory.withLock { $0.endFlush(writtenBefore: written) } }
        for (day, series) in Self.byDay(pending) {
            try write(series, on: day)
            written = day.end + 1
        }
        do throws(SystemError) {
            try Directory.sync(directory)
        } catch {
            throw SeriesStoreFailure(error)
        }
    }

    /// Deletes the files of days that ended before `moment`.
    func removeDays(endingBefore moment: Timestamp) throws(SeriesStoreFailure) {
        for day in shelf.days where day.end < moment.milliseconds {
            try shelf.remove(day)
            logger.info("Deleted a day file that is older than the retention", metadata: ["file": "\(day.fileName)"])
        }
    }

    // MARK: - Private

    private func write(_ series: [SeriesColumns], on day: Day) throws(SeriesStoreFailure) {
        var file: DayFile?
        do throws(SeriesStoreFailure) {
            file = try shelf.file(of: day)
            try file?.write(series)
        } catch {
            guard case .damaged(_, let reason) = error else { throw error }
            try shelf.setAside(day, file: file, reason: reason)
            try shelf.file(of: day).write(series)
        }
    }

    /// Neighbours in the file are neighbours by metric: a query reads them together.
    private static func byDay(_ pending: [SeriesColumns]) -> [(Day, [SeriesColumns])] {
        var days: [Day: [SeriesColumns]] = [:]
        for columns in pending.sorted(by: { $0.labels.metricName < $1.labels.metricName }) {
            var start = 0
            while start < columns.timestamps.count {
                let day = Day(containing: columns.timestamps[start])
                let end = columns.timestamps[start...].firstIndex { $0 > day.end } ?? columns.timestamps.count
                days[day, default: []].append(
                    SeriesColumns(
                        labels: columns.labels, timestamps: Array(columns.timestamps[start..<end]),
                        values: Array(columns.values[start..<end])))
                start = end
            }
        }
        return days.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
