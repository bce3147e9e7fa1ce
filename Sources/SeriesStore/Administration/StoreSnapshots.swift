import Logging
import PostwatchModel
import PostwatchRuntime

/// Makes copies of an open store, on a thread of its own.
actor StoreSnapshots {
    private let executor = DiskExecutor(label: "postwatch.series.snapshots")
    private let store: SeriesStore
    private let directory: String

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter directory: where copies go, each into a directory of its own; made when it is not there.
    init(of store: SeriesStore, in directory: String) {
        self.store = store
        self.directory = directory
    }

    /// Returns the name of the copy. A day file that cannot be opened is left out and logged: the others are worth a copy all the more.
    /// A deletion that runs at the same time may be in the copy in part.
    func make(skippingHead: Bool) async throws(SeriesStoreFailure) -> String {
        let name = Self.name(at: store.world.now(), distinguishedBy: .random(in: .min ... .max))
        let copy = try StoreCopy(to: "\(directory)/\(name)")
        do throws(SeriesStoreFailure) {
            if !skippingHead { try copy.addJournal(of: store.directory) }
            // Asked for after the journal was read, so that nothing that a flush moves is missed.
            for day in store.shelf.days { try await add(day, to: copy) }
            try copy.complete()
        } catch {
            copy.abandon()
            throw error
        }
        store.logger.info("Made a snapshot of the series store", metadata: ["directory": "\(copy.target)"])
        return name
    }

    /// `20260820T100000Z-00f3a1b2c3d4e5f6`
    static func name(at moment: Timestamp, distinguishedBy number: UInt64) -> String {
        let second = Timestamp(milliseconds: moment.milliseconds - moment.milliseconds % 1000)
        let digits = String(number, radix: 16)
        let time = second.rfc3339.prefix(19).filter { $0 != "-" && $0 != ":" }
        return "\(time)Z-\(String(repeating: "0", count: 16 - digits.count))\(digits)"
    }

    // MARK: - Private

    private func add(_ day: Day, to copy: StoreCopy) async throws(SeriesStoreFailure) {
        let file: DayFile?
        do throws(SeriesStoreFailure) {
            file = try await store.shelf.existingFile(of: day)
        } catch {
            guard case .damaged(_, let reason) = error else { throw error }
            store.logger.error(
                "Left a damaged day file out of a snapshot", metadata: ["file": "\(day.fileName)", "reason": "\(reason)"])
            return
        }
        // Gone meanwhile when it was older than the retention.
        if let file { try copy.addDayFile(day.fileName, from: file.pool) }
    }
}
