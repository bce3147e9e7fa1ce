import ExpositionFormat
import Logging
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// Keeps samples: recent ones in memory, every acknowledged one on disk, older ones in a file per UTC day, and summaries of old ones in
/// files per UTC month.
///
/// A write is journalled and synced before it is answered; a flush moves what the journal holds into day files and then forgets the
/// journal. A crash at any point loses nothing that was acknowledged, and what it leaves in two places is read once.
/// Writing, reading and upkeep are chapters of their own.
public final class SeriesStore: Sendable {
    struct Flushes: Sendable {
        var lastAt: Timestamp?
        var lastFailure: SeriesStoreFailure?
    }

    /// The journal is flushed before the interval is over when it has grown beyond this many bytes: about six million samples, which a
    /// start replays in half a second.
    static let journalBytesBeforeFlush = 128 << 20

    /// Samples do not take the last of a disk: incidents and pages must still be written.
    static let freeBytesKept = 2 << 20

    let configuration: StorageConfiguration
    let directory: String
    let world: World
    let logger: Logger
    let memory: SharedRecentSamples
    let journal: Journal
    let intake: SeriesIntake
    let shelf: DayFileShelf
    let upkeep: SeriesUpkeep
    let deletions: UnfinishedDeletions
    let flushes = Mutex(Flushes())
    private let replay: SeriesStoreStatus.Replay
    /// Released when the store is closed or gone.
    private let lock: Mutex<DirectoryLock?>

    /// Opens or creates the store in `directory` and replays the journal. Blocks while it does.
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
        // Everything that comes from now on is in memory, and for what came before files are asked, if there are any. A file that cannot be
        // opened now, on a full disk, may be later: then they are asked for everything.
        var floor = Int64.max
        if shelf.spans.isEmpty {
            floor = Day.acceptedMilliseconds.lowerBound
        } else if let newest = try? shelf.newestTimestamp() ?? .min {
            floor = max(world.now().milliseconds, min(newest, Day.acceptedMilliseconds.upperBound) + 1)
        }
        let memory = SharedRecentSamples(
            RecentSamples(floor: floor, metadata: MetadataBook(MetadataFile.load(from: directory))))
        let intake = IntakeReplay(into: memory)
        let (journal, journalReplay) = try openJournal(
            in: directory, configuration: configuration, disk: disk, segmentBytes: segmentBytes, replay: intake.take)
        let taken = intake.finish()
        memory.withLock { $0.resetIntake() }
        let replay = SeriesStoreStatus.Replay(
            journal: journalReplay, samples: taken.samples, unreadableRecords: taken.unreadableRecords)
        let deletions = UnfinishedDeletions()
        // What a crash kept from being deleted in files. Where that cannot be done now, the rest is answered, and it is tried again later.
        for deletion in taken.deletions { deletions.leave(deletion, after: shelf.delete(deletion, in: shelf.spans), logger) }
        let store = SeriesStore(
            directory: directory, configuration: configuration, world: world, logger: logger, memory: memory, journal: journal,
            shelf: shelf, replay: replay, deletions: deletions, lock: lock)
        shelf.keepReserve()
        store.logReplay()
        return store
    }

    /// Gives back the journal, the files and the lock, without a flush: what is pending is replayed when the store is opened again.
    public func close() async {
        await journal.close()
        shelf.closeAll()
        lock.withLock { $0 = nil }
    }

    public func status() -> SeriesStoreStatus {
        let flushes = flushes.withLock { $0 }
        let spans = shelf.spans
        let (series, samples, pending, intake) = memory.withLock { ($0.seriesCount, $0.sampleCount, $0.pendingCount, $0.intake) }
        return SeriesStoreStatus(
            series: series, samplesInMemory: samples, samplesPending: pending, journalBytes: journal.bytes,
            dayFiles: spans.count { !$0.isMonth },
            monthFiles: spans.count { $0.isMonth },
            lastFlushAt: flushes.lastAt, lastFlushFailure: flushes.lastFailure, intake: intake, refusals: self.intake.refusalCounts,
            damagedFiles: shelf.damagedFiles, foreignFiles: shelf.foreignFiles, damagedBlocks: shelf.damagedBlocks,
            undeletedFiles: deletions.files, replay: replay)
    }

    // MARK: - Private

    private init(
        directory: String, configuration: StorageConfiguration, world: World, logger: Logger, memory: SharedRecentSamples,
        journal: Journal, shelf: DayFileShelf, replay: SeriesStoreStatus.Replay, deletions: UnfinishedDeletions, lock: DirectoryLock
    ) {
        self.configuration = configuration
        self.directory = directory
        self.world = world
        self.logger = logger
        self.memory = memory
        self.journal = journal
        self.intake = SeriesIntake(memory: memory, journal: journal, configuration: configuration, now: world.now)
        self.shelf = shelf
        self.upkeep = SeriesUpkeep(
            directory: directory, shelf: shelf, memory: memory, logger: logger, deletions: deletions, isFlushSettled: replay.samples == 0)
        self.deletions = deletions
        self.replay = replay
        self.lock = Mutex(lock)
    }

    private static func openJournal(
        in directory: String, configuration: StorageConfiguration, disk: JournalDisk, segmentBytes: Int,
        replay: (UnsafeRawBufferPointer) -> Void
    ) throws(SeriesStoreFailure) -> (Journal, JournalReplay) {
        do throws(JournalFailure) {
            return try Journal.open(
                directory: directory, segmentBytes: segmentBytes, disk: disk, isSyncedAlways: configuration.sync == .always,
                leavingFree: freeBytesKept
            ) { record, _ in replay(record) }
        } catch {
            throw SeriesStoreFailure(error)
        }
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
