import Logging
import PostwatchModel
import PostwatchRuntime

/// Moves samples from memory to day files, merges, sums up, deletes, and drops what is too old: one thing at a time, on a thread of its own.
actor SeriesUpkeep {
    /// Series that are read at once from memory, with its lock held.
    private static let seriesAtOnce = 64
    /// A call merges so often in one file, so that flushes do not wait for long.
    private static let mergeStepsAtOnce = 4

    private let executor = DiskExecutor(label: "postwatch.series.upkeep")
    private let directory: String
    let shelf: DayFileShelf
    private let memory: SharedRecentSamples
    let logger: Logger
    /// Days and months that are over and merged: they need no look until something is written to them.
    private var settledSpans: Set<StoredSpan> = []
    /// Days that are summed up: the same holds for them.
    var summedDays: Set<Day> = []
    /// What month files say of their days, as far as it was asked for. Only upkeep changes it, unless a file is set aside.
    var ledgers: [StoredSpan: [Day: SummaryLedger.Entry]] = [:]
    /// So many files had been set aside when the two were right.
    var setAsideFiles = 0
    var pace = SummingPace()
    /// The disk was full when a day was to be summed up.
    var isShortOfSpace = false
    private let deletions: UnfinishedDeletions
    private var isForgettingDue = false
    /// What is in files is in the journal no more, so that no later flush writes it again.
    private(set) var isFlushSettled: Bool

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(
        directory: String, shelf: DayFileShelf, memory: SharedRecentSamples, logger: Logger, deletions: UnfinishedDeletions,
        isFlushSettled: Bool
    ) {
        self.isFlushSettled = isFlushSettled
        self.directory = directory
        self.shelf = shelf
        self.memory = memory
        self.logger = logger
        self.deletions = deletions
    }

    /// Writes everything that is pending into day files, and then forgets what is older than the window. Without an `await` inside, so
    /// that flushes follow one another.
    func flush(now: Timestamp, memoryWindow: Duration) throws(SeriesStoreFailure) {
        isFlushSettled = false
        redoDeletions()
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

    /// The journal has forgotten what the last flush wrote.
    func noteFlushSettled() {
        isFlushSettled = true
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
        for span in shelf.spans where !settledSpans.contains(span) {
            let isClosed = span.days.upperBound < today
            var isDone = false
            for _ in 0..<Self.mergeStepsAtOnce where !isDone {
                try shelf.withExistingFile(of: span) { file throws(SeriesStoreFailure) in
                    let step = try file.mergeStep(isClosed: isClosed)
                    shelf.noteDamagedBlocks(step.damagedBlocks, of: span)
                    isDone = step.isDone
                }
            }
            if isDone && isClosed { settledSpans.insert(span) }
        }
    }

    func compact() throws(SeriesStoreFailure) {
        for span in shelf.spans {
            try shelf.withExistingFile(of: span) { file throws(SeriesStoreFailure) in
                shelf.noteDamagedBlocks(try file.compact(), of: span)
            }
        }
    }

    /// Throws when a file could not be changed; there it is tried again before each flush.
    func delete(_ deletion: DeletionRecord) throws(SeriesStoreFailure) {
        let numbers = memory.numbers(matching: deletion.matchers) {}
        for first in stride(from: 0, to: numbers.count, by: Self.seriesAtOnce) {
            memory.withLock { recent in
                for number in numbers[first..<min(first + Self.seriesAtOnce, numbers.count)] {
                    _ = recent.remove(number, from: deletion.range.lowerBound, through: deletion.range.upperBound)
                }
            }
        }
        let spans = shelf.spans
        for span in spans { unsettle(span) }
        let report = shelf.delete(deletion, in: spans)
        logger.info("Deleted samples on request", metadata: ["samples_on_disk": "\(report.samples)"])
        deletions.leave(deletion, after: report, logger)
        if let first = report.failures.first { throw first.failure }
    }

    /// Deletes the files of days that are older than the retention and summed up, those of months that are older than theirs, and the
    /// oldest ones while all need more than they may.
    func removeExpired(now: Timestamp, configuration: StorageConfiguration) throws(SeriesStoreFailure) {
        let days = shelf.days
        // What cannot be summed up for want of space makes some, a day at a time.
        var isForced = isShortOfSpace
        for day in ExpiredFiles.of(days, now: now.milliseconds, retention: configuration.retention.wholeMilliseconds) {
            if shelf.swaps.isHeld { break }
            if try !isRemovable(day, now: now, configuration: configuration) {
                guard isForced else { continue }
                isForced = false
            }
            try remove(.day(day))
            logger.info("Deleted a day file that is older than the retention", metadata: ["file": "\(day.fileName)"])
        }
        for span in shelf.spans where isExpired(span, now: now, configuration: configuration) {
            try remove(span)
            logger.info("Deleted a file of summaries that is older than its retention", metadata: ["file": "\(span.fileName)"])
        }
        guard let limit = configuration.retentionBytes else { return }
        var sizes: [(span: StoredSpan, bytes: Int)] = []
        for span in shelf.spans { sizes.append((span, try shelf.bytes(of: span))) }
        for span in ExpiredFiles.of(sizes, limit: limit) {
            try remove(span)
            logger.info("Deleted the oldest file since all need more than they may", metadata: ["file": "\(span.fileName)"])
        }
    }

    /// Returns when what was under way, or waited, before the call is done.
    func takeTurn() {}

    /// Something was or will be written to the file.
    func unsettle(_ span: StoredSpan) {
        settledSpans.remove(span)
        switch span {
        case .day(let day): summedDays.remove(day)
        case .month: ledgers[span] = nil
        }
    }

    func remove(_ span: StoredSpan) throws(SeriesStoreFailure) {
        unsettle(span)
        try shelf.remove(span)
    }

    // MARK: - Private

    private func redoDeletions() {
        deletions.redo { rest in
            for span in shelf.spans { unsettle(span) }
            let report = shelf.delete(rest.deletion, in: [rest.span])
            guard report.failures.isEmpty else { return false }
            logger.info(
                "Did a deletion in a file that could not be changed before",
                metadata: ["file": "\(rest.span.fileName)", "samples_on_disk": "\(report.samples)"])
            return true
        }
    }

    /// Writes what is pending. Most of it is of one day and goes straight into its file; what is of other days is gathered, and written
    /// before that one's transaction ends: if one of them cannot be written nothing is written there again and again.
    /// Returns how many samples of each series that were in time order.
    private func write(_ pending: PendingSeries) throws(SeriesStoreFailure) -> [UInt32] {
        let main = Day(containing: pending.newest)
        try prepareToWrite(main)
        let isSummedUp = try isBegun(main)
        let histograms = PendingHistograms.begin(pending, in: memory)
        var counts: [UInt32] = []
        try shelf.withFile(of: .day(main)) { file throws(SeriesStoreFailure) in
            counts = []
            try file.write { appender in
                try appender.append(histograms.days[main] ?? [])
                var others = histograms.days.filter { $0.key != main }.mapValues { SeriesBatch($0) }
                var late: [LabelSet] = []
                var read = PendingSeries.Samples()
                for first in stride(from: 0, to: pending.count, by: Self.seriesAtOnce) {
                    let part = first..<min(first + Self.seriesAtOnce, pending.count)
                    memory.withLock { read.take(pending, part, from: &$0) }
                    counts += read.counts
                    try read.forEach { labels, timestamps, values in
                        try Self.forEachDay(timestamps, values) { day, timestamps, values in
                            if day == main {
                                try appender.append(labels: labels, timestamps: timestamps, values: values)
                                if isSummedUp { late.append(LabelSet(canonical: labels)) }
                            } else {
                                others[day, default: SeriesBatch()].append(labels: labels, timestamps: timestamps, values: values)
                            }
                        }
                    }
                }
                for (day, batch) in others.sorted(by: { $0.key < $1.key }) { try write(batch, on: day) }
                if isSummedUp { try noteLate(late, on: main) }
            }
        }
        return counts
    }

    private func write(_ batch: SeriesBatch, on day: Day) throws(SeriesStoreFailure) {
        try prepareToWrite(day)
        let isSummedUp = try isBegun(day)
        var late: [LabelSet] = []
        if isSummedUp { batch.forEachInOrder { labels, _, _ in late.append(LabelSet(canonical: labels)) } }
        try shelf.withFile(of: .day(day)) { file throws(SeriesStoreFailure) in
            // Once more for a file that takes the place of a damaged one.
            if isSummedUp { try noteLate(late, on: day) }
            try file.write(batch)
        }
    }

    private func prepareToWrite(_ day: Day) throws(SeriesStoreFailure) {
        unsettle(.day(day))
        try finishAdding(on: day)
    }

    private func noteLate(_ labels: [LabelSet], on day: Day) throws(SeriesStoreFailure) {
        for resolution in Resolution.allCases { unsettle(.month(Month(containing: day), resolution)) }
        try shelf.noteLate(labels, on: day)
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
