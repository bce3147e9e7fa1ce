import Logging
import PostwatchModel
import PostwatchRuntime

/// Moves samples from memory to day files, merges, deletes, and drops what is too old: one thing at a time, on a thread of its own.
actor SeriesUpkeep {
    /// Series that are read at once from memory, with its lock held.
    private static let seriesAtOnce = 64
    /// A call merges so often in one file, so that flushes do not wait for long.
    private static let mergeStepsAtOnce = 4

    private let executor = DiskExecutor(label: "postwatch.series.upkeep")
    private let directory: String
    private let shelf: DayFileShelf
    private let memory: SharedRecentSamples
    private let logger: Logger
    /// Days that are over and merged: they need no look until something is written to them.
    private var settledDays: Set<Day> = []
    private var isForgettingDue = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(directory: String, shelf: DayFileShelf, memory: SharedRecentSamples, logger: Logger) {
        self.directory = directory
        self.shelf = shelf
        self.memory = memory
        self.logger = logger
    }

    /// Writes everything that is pending into day files, and then forgets what is older than the window. Without an `await` inside, so
    /// that flushes follow one another.
    func flush(now: Timestamp, memoryWindow: Duration) throws(SeriesStoreFailure) {
        let pending = PendingSeries.all(in: memory)
        if !pending.isEmpty {
            try leaveSpace()
            var isWritten = false
            var counts: [UInt32] = []
            defer { endFlush(pending, counts: counts, isWritten: isWritten) }
            counts = try write(pending)
            isWritten = true
        }
        try saveMetadata()
        // Names of new files, before the journal is forgotten.
        do throws(SystemError) { try Directory.sync(directory) } catch { throw SeriesStoreFailure(error) }
        forgetOld(now: now, memoryWindow: memoryWindow)
        shelf.keepReserve()
    }

    /// Forgets what is older than the window and on disk. Put off while somebody reads.
    func forgetOld(now: Timestamp, memoryWindow: Duration) {
        isForgettingDue = !memory.withLock { $0.forget(before: (now - memoryWindow).milliseconds) }
    }

    /// Makes up for what was put off.
    func forgetOldIfDue(now: Timestamp, memoryWindow: Duration) {
        if isForgettingDue { forgetOld(now: now, memoryWindow: memoryWindow) }
    }

    /// A bounded part of what there is to merge in each file.
    func merge(today: Day) throws(SeriesStoreFailure) {
        for day in shelf.days where !settledDays.contains(day) {
            var isDone = false
            try shelf.withFile(of: day) { file throws(SeriesStoreFailure) in
                for _ in 0..<Self.mergeStepsAtOnce where !isDone {
                    let step = try file.mergeStep(isClosed: day < today)
                    shelf.noteDamagedBlocks(step.damagedBlocks, of: day)
                    isDone = step.isDone
                }
            }
            if isDone && day < today { settledDays.insert(day) }
        }
    }

    func compact() throws(SeriesStoreFailure) {
        for day in shelf.days {
            try shelf.withFile(of: day) { file throws(SeriesStoreFailure) in shelf.noteDamagedBlocks(try file.compact(), of: day) }
        }
    }

    func delete(_ deletion: DeletionRecord) throws(SeriesStoreFailure) {
        let numbers = memory.withLock { $0.numbers(matching: deletion.matchers) }
        for first in stride(from: 0, to: numbers.count, by: Self.seriesAtOnce) {
            memory.withLock { recent in
                for number in numbers[first..<min(first + Self.seriesAtOnce, numbers.count)] {
                    _ = recent.remove(number, from: deletion.range.lowerBound, through: deletion.range.upperBound)
                }
            }
        }
        let samples = try shelf.delete(deletion)
        logger.info("Deleted samples on request", metadata: ["samples_on_disk": "\(samples)"])
    }

    /// Deletes the files of days that are older than the retention, and the oldest ones while all need more than `limit` bytes.
    func removeExpiredDays(now: Timestamp, retention: Duration, limit: Int?) throws(SeriesStoreFailure) {
        for day in ExpiredDays.of(shelf.days, now: now.milliseconds, retention: retention.wholeMilliseconds) {
            try shelf.remove(day)
            logger.info("Deleted a day file that is older than the retention", metadata: ["file": "\(day.fileName)"])
        }
        guard let limit else { return }
        var sizes: [(day: Day, bytes: Int)] = []
        for day in shelf.days { sizes.append((day, try shelf.bytes(of: day))) }
        for day in ExpiredDays.of(sizes, limit: limit) {
            try shelf.remove(day)
            logger.info("Deleted the oldest day file since all need more than they may", metadata: ["file": "\(day.fileName)"])
        }
    }

    // MARK: - Private

    /// Writes what is pending. Most of it is of one day and goes straight into its file; what is of other days is gathered first.
    /// Returns how many samples of each series that were in time order.
    private func write(_ pending: PendingSeries) throws(SeriesStoreFailure) -> [UInt32] {
        let main = Day(containing: pending.newest)
        settledDays.remove(main)
        var counts: [UInt32] = []
        var others: [Day: SeriesBatch] = [:]
        try shelf.withFile(of: main) { file throws(SeriesStoreFailure) in
            counts = []
            others = [:]
            try file.write { appender in
                var read = PendingSeries.Samples()
                for first in stride(from: 0, to: pending.count, by: Self.seriesAtOnce) {
                    let part = first..<min(first + Self.seriesAtOnce, pending.count)
                    memory.withLock { read.take(pending, part, from: &$0) }
                    counts += read.counts
                    try read.forEach { labels, timestamps, values in
                        try Self.forEachDay(timestamps, values) { day, timestamps, values in
                            if day == main {
                                try appender.append(labels: labels, timestamps: timestamps, values: values)
                            } else {
                                others[day, default: SeriesBatch()].append(labels: labels, timestamps: timestamps, values: values)
                            }
                        }
                    }
                }
            }
        }
        for (day, batch) in others.sorted(by: { $0.key < $1.key }) {
            try shelf.withFile(of: day) { file throws(SeriesStoreFailure) in try file.write(batch) }
            settledDays.remove(day)
        }
        return counts
    }

    private func saveMetadata() throws(SeriesStoreFailure) {
        let book = memory.withLock { $0.metadata }
        guard book.isChanged else { return }
        try MetadataFile.save(book.families, to: directory)
        memory.withLock { $0.metadata.noteSaved(book.families) }
    }

    /// A flush that is bound to fail would take what is left of the disk while it tries. Two bytes per sample are more than it needs.
    private func leaveSpace() throws(SeriesStoreFailure) {
        guard let free = Directory.freeBytes(at: directory) else { return }
        let needed = 2 * memory.withLock { $0.pendingCount }
        if free < needed + SeriesStore.freeBytesKept { throw .diskFull(path: directory) }
    }

    private func endFlush(_ pending: PendingSeries, counts: [UInt32], isWritten: Bool) {
        for first in stride(from: 0, to: pending.count, by: 1024) {
            memory.withLock { recent in
                for index in first..<min(first + 1024, pending.count) {
                    recent.endFlush(pending.numbers[index], count: isWritten ? counts[index] : 0, isWritten: isWritten)
                }
            }
        }
    }

    /// Cuts the columns of one series at midnights.
    private static func forEachDay(
        _ timestamps: UnsafeBufferPointer<Int64>, _ values: UnsafeBufferPointer<Double>,
        _ body: (Day, UnsafeBufferPointer<Int64>, UnsafeBufferPointer<Double>) throws -> Void
    ) rethrows {
        var start = 0
        while start < timestamps.count {
            let day = Day(containing: timestamps[start])
            let isWhole = timestamps[timestamps.count - 1] <= day.end
            let end = isWhole ? timestamps.count : timestamps[start...].firstIndex { $0 > day.end } ?? timestamps.count
            try body(day, UnsafeBufferPointer(rebasing: timestamps[start..<end]), UnsafeBufferPointer(rebasing: values[start..<end]))
            start = end
        }
    }
}
