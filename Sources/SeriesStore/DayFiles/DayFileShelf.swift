import Dispatch
import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// All files of a directory that hold samples or summaries: which there are, which are open, which were found damaged.
final class DayFileShelf: Sendable {
    private struct State: Sendable {
        var spans: Set<StoredSpan>
        /// The files that are open, the one used last at the end.
        var open: [DayFile] = []
        var damaged: [String]
        var foreign: Set<String>
        var damagedBlocks: Set<DamagedBlock> = []
    }

    private struct DamagedBlock: Hashable, Sendable {
        var span: StoredSpan
        var number: DayFile.BlockNumber
    }

    /// Why a file is set aside. Ends its new name.
    enum Fault: String, Sendable {
        case damaged
        /// Of another release, which may still want it.
        case foreign
    }

    /// Each open file holds a handful of descriptors.
    private static let openFileLimit = 16
    /// SQLite's shared memory is not touched when less is left: it takes space at moments at which an error ends the process.
    private static let freeBytesToOpen = 64 << 10

    let directory: String
    let swaps = SummarySwaps()
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
            func setAside(_ fault: Fault) -> [String] { names.filter { $0.hasPrefix("series-") && $0.hasSuffix(".\(fault.rawValue)") } }
            state = Mutex(
                State(
                    spans: Set(names.compactMap(StoredSpan.init(fileName:))), damaged: setAside(.damaged), foreign: Set(setAside(.foreign)))
            )
        } catch {
            throw SeriesStoreFailure(error)
        }
    }

    /// What has a file: days, oldest first, then months.
    var spans: [StoredSpan] { state.withLock { $0.spans.sorted() } }
    /// Days that have a file, oldest first.
    var days: [Day] {
        spans.compactMap { span in
            switch span {
            case .day(let day): day
            case .month: nil
            }
        }
    }
    var damagedFiles: [String] { state.withLock { $0.damaged } }
    /// Files of other releases, in their place or set aside.
    var foreignFiles: [String] { state.withLock { $0.foreign.sorted() } }
    /// How many blocks of sound files could not be read; each counts once, however often a query meets it.
    var damagedBlocks: Int { state.withLock { $0.damagedBlocks.count } }

    func contains(_ span: StoredSpan) -> Bool {
        state.withLock { $0.spans.contains(span) }
    }

    /// The open file of `span`; creates it when there is none. Blocks.
    func file(of span: StoredSpan) throws(SeriesStoreFailure) -> DayFile {
        if let file = openFile(of: span) { return file }
        let file = try openOrCreate(span)
        // The file that has to give way is closed after the lock is released: closing writes to disk.
        let (kept, evicted) = state.withLock { state -> (DayFile, DayFile?) in
            // Somebody else may have been faster.
            if let other = state.open.first(where: { $0.span == span }) { return (other, nil) }
            state.spans.insert(span)
            state.open.append(file)
            return (file, state.open.count > Self.openFileLimit ? state.open.removeFirst() : nil)
        }
        return withExtendedLifetime(evicted) { kept }
    }

    /// The same for callers that may not block; `nil` when there is no file, or one of another release.
    func existingFile(of span: StoredSpan) async throws(SeriesStoreFailure) -> DayFile? {
        if let file = openFile(of: span) { return file }
        guard contains(span) else { return nil }
        let result: Result<DayFile?, SeriesStoreFailure> = await withCheckedContinuation { continuation in
            opener.async {
                do throws(SeriesStoreFailure) {
                    // One that was deleted meanwhile is not to come back as an empty one.
                    let isThere = access("\(self.directory)/\(span.fileName)", F_OK) == 0 && self.contains(span)
                    continuation.resume(returning: .success(isThere ? try self.file(of: span) : nil))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        do throws(SeriesStoreFailure) {
            return try result.get()
        } catch {
            guard case .foreign(_, let reason) = error else { throw error }
            noteForeign(span.fileName, reason: reason)
            return nil
        }
    }

    /// Takes a file out of the way, so that its time goes on in a new one.
    /// - Parameter file: the file that was found damaged; `nil` when it could not even be opened. One that has been replaced in the
    ///   meantime is left alone.
    func setAside(_ span: StoredSpan, file: DayFile?, fault: Fault = .damaged, reason: String) throws(SeriesStoreFailure) {
        if let file {
            guard file.isInPlace else { return }
        } else if openFile(of: span) != nil {
            return
        }
        try swaps.during { () throws(SeriesStoreFailure) in try rename(span, fault, reason: reason) }
    }

    /// Deletes a file that nobody wants any more. What its day was is in summaries from now on, if anywhere.
    func remove(_ span: StoredSpan) throws(SeriesStoreFailure) {
        try swaps.during { () throws(SeriesStoreFailure) in
            close(span)
            do throws(SystemError) {
                for suffix in Self.suffixes { try Directory.remove("\(directory)/\(span.fileName)\(suffix)") }
            } catch {
                throw SeriesStoreFailure(error)
            }
            forget(span)
        }
    }

    /// Keeps some space for the day when the disk is full.
    func keepReserve() {
        reserve.keep()
    }

    /// Counts and logs blocks that could not be read, unless they are known already.
    func noteDamagedBlocks(_ blocks: [DayFile.BlockNumber], of span: StoredSpan) {
        if blocks.isEmpty { return }
        let new = state.withLock { state in
            blocks.filter { state.damagedBlocks.insert(DamagedBlock(span: span, number: $0)).inserted }
        }
        for block in new {
            logger.error(
                "Passed over a damaged block; its samples cannot be read", metadata: ["file": "\(span.fileName)", "block": "\(block)"])
        }
    }

    /// Counts and logs a file that stays where it is and is not read.
    func noteForeign(_ name: String, reason: String) {
        guard state.withLock({ $0.foreign.insert(name).inserted }) else { return }
        logger.error("Passed over a file of another release", metadata: ["file": "\(name)", "reason": "\(reason)"])
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

    private func rename(_ span: StoredSpan, _ fault: Fault, reason: String) throws(SeriesStoreFailure) {
        do throws(SystemError) {
            let names = try Directory.names(in: directory)
            guard names.contains(span.fileName) else { return }
            close(span)
            let name = Self.freeName(for: span, fault, among: names)
            for suffix in Self.suffixes where names.contains(span.fileName + suffix) {
                try Directory.rename("\(directory)/\(span.fileName)\(suffix)", to: "\(directory)/\(name)\(suffix)")
            }
            forget(span)
            state.withLock { state in
                switch fault {
                case .damaged: state.damaged.append(name)
                case .foreign:
                    state.foreign.remove(span.fileName)
                    state.foreign.insert(name)
                }
            }
            logger.error("Set a file of series aside", metadata: ["file": "\(name)", "fault": "\(fault)", "reason": "\(reason)"])
        } catch {
            throw SeriesStoreFailure(error)
        }
    }

    private static func freeName(for span: StoredSpan, _ fault: Fault, among names: [String]) -> String {
        var name = "\(span.fileName).\(fault.rawValue)"
        var count = 1
        while names.contains(name) {
            count += 1
            name = "\(span.fileName).\(count).\(fault.rawValue)"
        }
        return name
    }

    private func openOrCreate(_ span: StoredSpan) throws(SeriesStoreFailure) -> DayFile {
        do throws(SeriesStoreFailure) {
            return try openWithSpace(span)
        } catch {
            guard error.isTransient, reserve.release() else { throw error }
            return try openWithSpace(span)
        }
    }

    private func openWithSpace(_ span: StoredSpan) throws(SeriesStoreFailure) -> DayFile {
        if let free = Directory.freeBytes(at: directory), free < Self.freeBytesToOpen {
            throw .diskFull(path: "\(directory)/\(span.fileName)")
        }
        return try DayFile(span, directory: directory)
    }

    private func openFile(of span: StoredSpan) -> DayFile? {
        state.withLock { state in
            guard let index = state.open.firstIndex(where: { $0.span == span }) else { return nil }
            let file = state.open.remove(at: index)
            state.open.append(file)
            return file
        }
    }

    private func close(_ span: StoredSpan) {
        let closed = state.withLock { state in
            defer { state.open.removeAll { $0.span == span } }
            return state.open.first { $0.span == span }
        }
        withExtendedLifetime(closed) {}
    }

    /// Once the file is gone; a query may have opened it again until then.
    private func forget(_ span: StoredSpan) {
        let closed = state.withLock { state in
            defer { state.open.removeAll { $0.span == span } }
            state.spans.remove(span)
            state.damagedBlocks = state.damagedBlocks.filter { $0.span != span }
            return state.open.first { $0.span == span }
        }
        withExtendedLifetime(closed) {}
    }
}
