/// Keeps what agents tell. All calls throw when the store cannot be read or written.
public protocol ReportStoring: Sendable {
    /// Returns once all of it is durable; batches that come while the disk syncs share the next transaction. When it throws, nothing is
    /// left in memory: whoever told it tells it again. Throws at once when it is cancelled.
    ///
    /// Of the runs of a journey at a vantage the newest is kept; a passage, a transit or an end takes the place of an earlier one of the same message.
    /// - Returns: messages of which something is known now that was not; with them those of earlier calls that had been cancelled when they
    ///   were kept.
    @discardableResult
    func keep(_ batch: ReportBatch, at now: Timestamp) async throws -> [MessageChange]
    /// The last run of every journey at every other vantage that was told since `moment`, with when that was by this
    /// clock. Reads from disk while the caller waits.
    func lastRuns(since moment: Timestamp) throws -> [(report: JourneyReport, takenAt: Timestamp)]
}
