import Logging
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// Keeps samples: recent ones in memory, every acknowledged one on disk, older ones in a file per UTC day.
///
/// `append` journals and syncs before it returns; a flush moves what the journal holds into day files and then forgets the journal.
/// A crash at any point loses nothing that was acknowledged, and what it leaves in two places is read once.
public final class SeriesStore: SampleQuerying, SampleAppending, Sendable {
    private struct Flushes: Sendable {
        var lastAt: Timestamp?
        var lastFailure: SeriesStoreFailure?
    }

    /// The journal is flushed before the interval is over when it has grown beyond this many bytes.
    static let journalBytesBeforeFlush = 256 << 20
    /// Keeps one journal record far below its limit.
    private static let samplesPerRecord = 20_000

    let configuration: StorageConfiguration
    let world: World
    let logger: Logger
    private let memory: SharedRecentSamples
    private let journal: Journal
    private let shelf: DayFileShelf
    private let upkeep: SeriesUpkeep
    private let replay: SeriesStoreStatus.Replay
    private let flushes = Mutex(Flushes())
    /// Released when the store is closed or gone.
    private let lock: Mutex<DirectoryLock?>

    /// Opens or creates the store in `directory`, reads recent samples into memory and replays the journal. Blocks while it does.
    /// Throws `.locked` when another process has it open.
    public static func open(
        directory: String, configuration: StorageConfiguration = StorageConfiguration(), world: World, logger: Logger
    ) throws(SeriesStoreFailure) -> SeriesStore {
        try open(directory: directory, configuration: configuration, world: world, logger: logger, disk: .live)
    }

    static func open(
        directory: String, configuration: StorageConfiguration, world: World, logger: Logger, disk: JournalDisk,
        segmentBytes: Int = 32 << 20
    ) throws(SeriesStoreFailure) -> SeriesStore {
        do throws(SystemError) { try Directory.create(directory) } catch { throw SeriesStoreFailure(error) }
        let lock = try hold(directory)
        let shelf = try DayFileShelf(directory: directory, logger: logger)
        var recent = RecentSamples(floor: (world.now() - configuration.memoryWindow).milliseconds)
        try restore(&recent, from: shelf)
        var report = SeriesStoreStatus.Replay()
        do throws(JournalFailure) {
            let (journal, replay) = try Journal.open(directory: directory, segmentBytes: segmentBytes, disk: disk) { bytes, _ in
                if let samples = SampleRecord.decode(bytes) {
                    recent.insert(samples)
                    report.samples += samples.count
                } else {
                    report.unreadableRecords += 1
                }
            }
            report.journal = replay
            recent.resetIntake()
            let store = SeriesStore(
                directory: directory, configuration: configuration, world: world, logger: logger, memory: SharedRecentSamples(recent),
                journal: journal, shelf: shelf, replay: report, lock: lock)
            store.logReplay()
            return store
        } catch {
            throw SeriesStoreFailure(error)
        }
    }

    // MARK: Samples

    /// Returns once the samples are in the journal, on disk, and visible to `select`. Throws `SeriesStoreFailure`.
    public func append(_ samples: [Sample]) async throws {
        if let bad = samples.first(where: { !Day.acceptedMilliseconds.contains($0.timestamp.milliseconds) }) {
            throw SeriesStoreFailure.timestampOutOfRange(bad.timestamp)
        }
        for start in stride(from: 0, to: samples.count, by: Self.samplesPerRecord) {
            let part = samples[start..<min(start + Self.samplesPerRecord, samples.count)]
            do throws(JournalFailure) {
                try await journal.append(SampleRecord.encode(part)) { [memory] _ in
                    memory.withLock { $0.insert(Array(part)) }
                }
            } catch {
                throw SeriesStoreFailure(error)
            }
        }
    }

    /// Answers from memory when `start` lies inside of the memory window; day files are asked for what is older. A day file that turns
    /// out damaged is set aside and the rest is answered. Throws `SeriesStoreFailure`.
    public func select(_ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp) async throws -> [SeriesColumns] {
        // Memory first: a flush that ends in between moves samples to where they are looked for next.
        let (recent, floor) = memory.withLock {
            ($0.select(matchers, from: start.milliseconds, through: end.milliseconds), $0.floor)
        }
        guard start <= end, start.milliseconds < floor else { return recent }
        var columns: [LabelSet: SampleColumns] = [:]
        for day in shelf.days where day.start <= end.milliseconds && day.end >= start.milliseconds && day.start < floor {
            for found in try await select(matchers, from: start, through: end, on: day) {
                columns[found.labels, default: SampleColumns()].merge(
                    SampleColumns(timestamps: found.timestamps, values: found.values))
            }
        }
        // What is on disk came first.
        for found in recent {
            columns[found.labels, default: SampleColumns()].merge(
                SampleColumns(timestamps: found.timestamps, values: found.values))
        }
        return columns.map { SeriesColumns(labels: $0.key, timestamps: $0.value.timestamps, values: $0.value.values) }
    }

    // MARK: Upkeep

    /// Moves what is pending into day files and forgets the journal segments it came from. Throws `SeriesStoreFailure`; nothing is
    /// lost then, and the next flush tries again.
    public func flush() async throws {
        do {
            let limit = await journal.rotate()
            try await upkeep.flush()
            try await journal.removeSegments(below: limit)
            let floor = (world.now() - configuration.memoryWindow).milliseconds
            memory.withLock { $0.forget(before: floor) }
            flushes.withLock { $0 = Flushes(lastAt: world.now()) }
        } catch {
            let failure = (error as? JournalFailure).map(SeriesStoreFailure.init) ?? error as? SeriesStoreFailure
            flushes.withLock { $0.lastFailure = failure }
            throw failure ?? error
        }
    }

    /// Deletes day files that are older than the retention. Throws `SeriesStoreFailure`.
    public func removeExpiredDays() async throws {
        try await upkeep.removeDays(endingBefore: world.now() - configuration.retention)
    }

    /// Gives back the journal, the files and the lock, without a flush: what is pending is replayed when the store is opened again.
    public func close() async {
        await journal.close()
        shelf.closeAll()
        lock.withLock { $0 = nil }
    }

    public func status() -> SeriesStoreStatus {
        let flushes = flushes.withLock { $0 }
        let (series, samples, pending, intake) = memory.withLock { ($0.seriesCount, $0.sampleCount, $0.pendingCount, $0.intake) }
        return SeriesStoreStatus(
            series: series, samplesInMemory: samples, samplesPending: pending, journalBytes: journal.bytes, dayFiles: shelf.days.count,
            lastFlushAt: flushes.lastAt, lastFlushFailure: flushes.lastFailure, intake: intake, damagedFiles: shelf.damagedFiles,
            damagedChunks: shelf.damagedChunks, replay: replay)
    }

    var journalBytes: Int { journal.bytes }

    // MARK: - Private

    private init(
        directory: String, configuration: StorageConfiguration, world: World, logger: Logger, memory: SharedRecentSamples,
        journal: Journal, shelf: DayFileShelf, replay: SeriesStoreStatus.Replay, lock: DirectoryLock
    ) {
        self.configuration = configuration
        self.world = world
        self.logger = logger
        self.memory = memory
        self.journal = journal
        self.shelf = shelf
        self.upkeep = SeriesUpkeep(directory: directory, shelf: shelf, memory: memory, logger: logger)
        self.replay = replay
        self.lock = Mutex(lock)
    }

    private static func hold(_ directory: String) throws(SeriesStoreFailure) -> DirectoryLock {
        do throws(DirectoryLock.Failure) {
            return try DirectoryLock(directory: directory)
        } catch {
            switch error {
            case .held(let processID): throw .locked(directory: directory, processID: processID)
            case .system(let error): throw SeriesStoreFailure(error)
            }
        }
    }

    /// Fills memory with what day files hold at or behind the floor.
    private static func restore(_ recent: inout RecentSamples, from shelf: DayFileShelf) throws(SeriesStoreFailure) {
        for day in shelf.days where day.end >= recent.floor {
            var file: DayFile?
            do throws(SeriesStoreFailure) {
                file = try shelf.file(of: day)
                let selection = try file?.selectBlocking([], from: max(recent.floor, day.start), through: day.end)
                shelf.noteDamagedChunks(selection?.damagedChunks ?? 0)
                for columns in selection?.series ?? [] { recent.restore(columns) }
            } catch {
                guard case .damaged(_, let reason) = error else { throw error }
                try shelf.setAside(day, file: file, reason: reason)
            }
        }
    }

    private func select(
        _ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp, on day: Day
    ) async throws(SeriesStoreFailure) -> [SeriesColumns] {
        var file: DayFile?
        do throws(SeriesStoreFailure) {
            file = try await shelf.existingFile(of: day)
            guard let file else { return [] }
            let selection = try await file.select(
                matchers, from: max(start.milliseconds, day.start), through: min(end.milliseconds, day.end))
            shelf.noteDamagedChunks(selection.damagedChunks)
            return selection.series
        } catch {
            guard case .damaged(_, let reason) = error else { throw error }
            try shelf.setAside(day, file: file, reason: reason)
            return []
        }
    }

    private func logReplay() {
        let journal = replay.journal
        if journal.tornBytes > 0 {
            logger.warning(
                "Cut an unfinished write off the journal; nothing that was acknowledged is lost",
                metadata: ["bytes": "\(journal.tornBytes)"])
        }
        for damage in journal.damage {
            logger.error(
                "Passed over a damaged stretch of the journal; its samples are lost",
                metadata: ["file": "\(damage.path)", "offset": "\(damage.offset)", "bytes": "\(damage.bytes)"])
        }
        if replay.unreadableRecords > 0 {
            logger.error("The journal has records of an unknown kind", metadata: ["records": "\(replay.unreadableRecords)"])
        }
        logger.info(
            "Opened the series store",
            metadata: ["replayed_samples": "\(replay.samples)", "day_files": "\(shelf.days.count)"])
    }
}
