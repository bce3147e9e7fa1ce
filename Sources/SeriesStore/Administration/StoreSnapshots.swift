import Logging
import PostwatchModel
import PostwatchRuntime

/// Makes copies of an open store, on a thread of its own.
actor StoreSnapshots {
    private let executor = DiskExecutor(label: "postwatch.series.snapshots")
    private let store: SeriesStore
    private let directory: String

    /// Removes what a process left that ended while it made a copy. To be called before the first one is made.
    static func removeUnfinished(in directory: String) {
        for name in (try? Directory.names(in: directory)) ?? [] where isUnfinished(name) {
            StoreCopy.abandon("\(directory)/\(name)")
        }
    }

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
            for span in store.shelf.spans { try await add(span, to: copy) }
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

    /// Whether it is the name of one of our copies: others may be made in the same place by hand.
    private static func isUnfinished(_ name: String) -> Bool {
        guard name.hasSuffix(StoreCopy.draftSuffix) else { return false }
        let parts = name.dropLast(StoreCopy.draftSuffix.count).split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0].count == 16 && parts[0].hasSuffix("Z") && parts[1].count == 16
            && parts[1].allSatisfy(\.isHexDigit)
    }

    private func add(_ span: StoredSpan, to copy: StoreCopy) async throws(SeriesStoreFailure) {
        let file: DayFile?
        do throws(SeriesStoreFailure) {
            file = try await store.shelf.existingFile(of: span)
        } catch {
            guard case .damaged(_, let reason) = error else { throw error }
            store.logger.error("Left a damaged file out of a snapshot", metadata: ["file": "\(span.fileName)", "reason": "\(reason)"])
            return
        }
        // Gone meanwhile when it was older than the retention.
        if let file { try copy.addDayFile(span.fileName, from: file.pool) }
    }
}
