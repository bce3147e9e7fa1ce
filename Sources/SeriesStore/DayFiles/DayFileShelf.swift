import Dispatch
import Logging
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// All day files of a directory: which days there are, which files are open, which were found damaged.
final class DayFileShelf: Sendable {
    private struct State: Sendable {
        var days: Set<Day>
        /// The day files that are open, the one used last at the end.
        var open: [DayFile] = []
        var damaged: [String]
        var damagedBlocks: Set<DamagedBlock> = []
    }

    private struct DamagedBlock: Hashable, Sendable {
        var day: Day
        var number: DayFile.BlockNumber
    }

    /// Each open file holds a handful of descriptors.
    private static let openFileLimit = 16

    let directory: String
    private let logger: Logger
    /// SQLite needs a little space even to read: each open file has shared memory of 32 kB.
    private let reserve: ReserveFile
    private let state: Mutex<State>
    /// Opening a file blocks; this keeps it off Swift's shared threads.
    private let opener = DispatchQueue(label: "postwatch.series.open", attributes: .concurrent)

    init(directory: String, logger: Logger) throws(SeriesStoreFailure) {
        self.directory = directory
        self.logger = logger
        reserve = ReserveFile(path: "\(directory)/reserve")
        do throws(SystemError) {
            let names = try Directory.names(in: directory)
            for name in names where name.hasPrefix("series-") && name.contains(DayFile.draftSuffix) {
                try Directory.remove("\(directory)/\(name)")
            }
            let damaged = names.filter { $0.hasPrefix("series-") && $0.hasSuffix(".damaged") }
            state = Mutex(State(days: Set(names.compactMap(Day.init(fileName:))), damaged: damaged))
        } catch {
            throw SeriesStoreFailure(error)
        }
    }

    /// Days that have a file, oldest first.
    var days: [Day] { state.withLock { $0.days.sorted() } }
    var damagedFiles: [String] { state.withLock { $0.damaged } }
    /// How many blocks of sound files could not be read; each counts once, however often a query meets it.
    var damagedBlocks: Int { state.withLock { $0.damagedBlocks.count } }

    /// The open file of `day`; creates it when there is none. Blocks.
    func file(of day: Day) throws(SeriesStoreFailure) -> DayFile {
        if let file = openFile(of: day) { return file }
        let file = try openOrCreate(day)
        // The file that has to give way is closed after the lock is released: closing writes to disk.
        let (kept, evicted) = state.withLock { state -> (DayFile, DayFile?) in
            // Somebody else may have been faster.
            if let other = state.open.first(where: { $0.day == day }) { return (other, nil) }
            state.days.insert(day)
            state.open.append(file)
            return (file, state.open.count > Self.openFileLimit ? state.open.removeFirst() : nil)
        }
        return withExtendedLifetime(evicted) { kept }
    }

    /// The same for callers that may not block; `nil` when the day has no file.
    func existingFile(of day: Day) async throws(SeriesStoreFailure) -> DayFile? {
        if let file = openFile(of: day) { return file }
        guard state.withLock({ $0.days.contains(day) }) else { return nil }
        let result: Result<DayFile, SeriesStoreFailure> = await withCheckedContinuation { continuation in
            opener.async {
                do throws(SeriesStoreFailure) {
                    continuation.resume(returning: .success(try self.file(of: day)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    /// Takes a damaged file out of the way, so that its day goes on in a new one.
    /// - Parameter file: the file that was found damaged; `nil` when it could not even be opened. One that has been replaced in the
    ///   meantime is left alone.
    func setAside(_ day: Day, file: DayFile?, reason: String) throws(SeriesStoreFailure) {
        let isReplaced = state.withLock { state in
            let current = state.open.first { $0.day == day }
            return current !== file && current != nil
        }
        if isReplaced { return }
        close(day)
        do throws(SystemError) {
            let names = try Directory.names(in: directory)
            guard names.contains(day.fileName) else { return }
            let name = Self.freeName(for: day, among: names)
            for suffix in Self.suffixes where names.contains(day.fileName + suffix) {
                try Directory.rename("\(directory)/\(day.fileName)\(suffix)", to: "\(directory)/\(name)\(suffix)")
            }
            state.withLock { $0.damaged.append(name) }
            logger.error("Set a damaged day file aside", metadata: ["file": "\(name)", "reason": "\(reason)"])
        } catch {
            throw SeriesStoreFailure(error)
        }
    }

    /// Deletes the file of a day that nobody wants any more.
    func remove(_ day: Day) throws(SeriesStoreFailure) {
        close(day)
        do throws(SystemError) {
            for suffix in Self.suffixes { try Directory.remove("\(directory)/\(day.fileName)\(suffix)") }
        } catch {
            throw SeriesStoreFailure(error)
        }
    }

    /// Counts and logs blocks that could not be read, unless they are known already.
    /// Keeps some space for the day when the disk is full.
    func keepReserve() {
        reserve.keep()
    }

    func noteDamagedBlocks(_ blocks: [DayFile.BlockNumber], of day: Day) {
        if blocks.isEmpty { return }
        let new = state.withLock { state in
            blocks.filter { state.damagedBlocks.insert(DamagedBlock(day: day, number: $0)).inserted }
        }
        for block in new {
            logger.error(
                "Passed over a damaged block; its samples cannot be read", metadata: ["file": "\(day.fileName)", "block": "\(block)"])
        }
    }

    /// Lets go of all open files, as soon as the queries that use them are done.
    func closeAll() {
        let closed = state.withLock { state in
            defer { state.open = [] }
            return state.open
        }
        withExtendedLifetime(closed) {}
    }

    // MARK: - Private

    /// The database itself last: a crash in between leaves a file that is found again.
    private static let suffixes = ["-wal", "-shm", ""]

    private static func freeName(for day: Day, among names: [String]) -> String {
        var name = "\(day.fileName).damaged"
        var count = 1
        while names.contains(name) {
            count += 1
            name = "\(day.fileName).\(count).damaged"
        }
        return name
    }

    private func openOrCreate(_ day: Day) throws(SeriesStoreFailure) -> DayFile {
        do throws(SeriesStoreFailure) {
            return try DayFile(day: day, directory: directory)
        } catch {
            guard error.isTransient, reserve.release() else { throw error }
            return try DayFile(day: day, directory: directory)
        }
    }

    private func openFile(of day: Day) -> DayFile? {
        state.withLock { state in
            guard let index = state.open.firstIndex(where: { $0.day == day }) else { return nil }
            let file = state.open.remove(at: index)
            state.open.append(file)
            return file
        }
    }

    private func close(_ day: Day) {
        let closed = state.withLock { state in
            defer { state.open.removeAll { $0.day == day } }
            state.days.remove(day)
            state.damagedBlocks = state.damagedBlocks.filter { $0.day != day }
            return state.open.first { $0.day == day }
        }
        withExtendedLifetime(closed) {}
    }
}
