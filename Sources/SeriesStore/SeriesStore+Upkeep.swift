import PostwatchModel
import PostwatchRuntime

extension SeriesStore {
    /// Moves what is pending into day files and forgets the journal segments it came from. Throws `SeriesStoreFailure`; nothing is
    /// lost then, and the next flush tries again.
    public func flush() async throws {
        do {
            let limit = await journal.rotate()
            try await upkeep.flush(now: world.now(), memoryWindow: configuration.memoryWindow)
            // What is not deleted everywhere is written down once more, behind the samples that it concerns.
            for deletion in deletions.deletions { try await journal.append(deletion.encoded) }
            try await journal.removeSegments(below: limit)
            await upkeep.noteFlushSettled()
            flushes.withLock { $0 = Flushes(lastAt: world.now()) }
        } catch {
            let failure = (error as? JournalFailure).map(SeriesStoreFailure.init) ?? error as? SeriesStoreFailure
            flushes.withLock { $0.lastFailure = failure }
            throw failure ?? error
        }
    }

    /// Merges small pieces of day files into larger ones: a bounded part of each file. Throws `SeriesStoreFailure`.
    public func merge() async throws {
        try await upkeep.merge(today: Day(containing: world.now().milliseconds))
    }

    /// Merges everything into as few pieces as there can be and gives free space back. Throws `SeriesStoreFailure`.
    public func compact() async throws {
        try await upkeep.compact()
    }

    /// Sums up a bounded part of the days that are over; true when nothing is left for now. Throws `SeriesStoreFailure`.
    @discardableResult
    public func sumUp() async throws -> Bool {
        try await upkeep.sumUp(now: world.now(), configuration: configuration)
    }

    /// Deletes files that are older than their retention, days only once they are summed up; and the oldest ones when all need more bytes
    /// than they may. Throws `SeriesStoreFailure`.
    public func removeExpired() async throws {
        try await upkeep.removeExpired(now: world.now(), configuration: configuration)
    }

    /// Deletes the samples in `start ... end` of the series that satisfy `matchers`, in memory and on disk; returns once that is so.
    /// What is acknowledged while this runs may be deleted or not. Throws `SeriesStoreFailure`; where a file could not be changed it is
    /// tried again before each flush, and what is acknowledged for the time of that file until then may be deleted as well.
    public func delete(_ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp) async throws {
        guard start <= end else { return }
        let deletion = DeletionRecord(matchers: matchers, range: start.milliseconds...end.milliseconds)
        let number = deletions.begin(deletion)
        defer { deletions.end(number) }
        do throws(JournalFailure) {
            try await journal.append(deletion.encoded)
        } catch {
            throw SeriesStoreFailure(error)
        }
        try await upkeep.delete(deletion)
    }
}
