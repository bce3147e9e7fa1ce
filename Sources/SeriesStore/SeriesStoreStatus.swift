import PostwatchModel
import PostwatchRuntime

/// How the series store is doing, for `/metrics` and `/-/ready`. Counts are since it was opened.
public struct SeriesStoreStatus: Hashable, Sendable {
    /// What became of samples that were handed in.
    public struct Intake: Hashable, Sendable {
        public var accepted = 0
        /// The same value at the same time again; ignored.
        public var duplicates = 0
        /// A different value at a time that already has one in memory; ignored.
        public var conflicts = 0
        /// Accepted samples that are older than the newest of their series.
        public var outOfOrder = 0

        public init() {}
    }

    /// What the journal held when the store was opened.
    public struct Replay: Hashable, Sendable {
        public var journal = JournalReplay()
        public var samples = 0
        /// Sound records that this release cannot read.
        public var unreadableRecords = 0

        public init() {}
    }

    /// Series with samples in memory.
    public var series: Int
    public var samplesInMemory: Int
    /// Samples that are in the journal and not yet in a day file.
    public var samplesPending: Int
    public var journalBytes: Int
    public var dayFiles: Int
    /// `nil` before the first flush.
    public var lastFlushAt: Timestamp?
    /// Why the last flush failed; `nil` when it did not.
    public var lastFlushFailure: SeriesStoreFailure?
    public var intake: Intake
    /// Names of day files that were set aside, also by earlier processes.
    public var damagedFiles: [String]
    /// Chunks in otherwise sound day files that could not be read.
    public var damagedChunks: Int
    public var replay: Replay
}
