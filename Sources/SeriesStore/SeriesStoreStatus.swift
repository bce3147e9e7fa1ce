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

    /// Series and samples that were not taken in.
    public struct Refusals: Hashable, Sendable {
        /// Labels that make no series, times that make no sense, and histograms that are none.
        public var invalid = 0
        /// Samples older than the window for samples out of order, or than anything that is kept.
        public var tooOld = 0
        /// New series over a limit.
        public var overLimit = 0

        public init() {}

        mutating func note(_ refused: [SeriesIntake.Refused]) {
            for one in refused {
                switch one.fault {
                case .noLabels, .namelessLabel, .repeatedLabel, .invalidText, .tooManyLabels, .timestampOutOfRange, .tooFarAhead,
                    .tooManyDays, .invalidHistogram:
                    invalid += 1
                case .tooOld: tooOld += 1
                case .tooManySeries, .tooManySeriesOfSource: overLimit += 1
                }
            }
        }
    }

    /// What the journal held when the store was opened.
    public struct Replay: Hashable, Sendable {
        public var journal = JournalReplay()
        public var samples = 0
        /// Sound records that this release cannot read.
        public var unreadableRecords = 0
    }

    /// Series with samples in memory.
    public var series: Int
    public var samplesInMemory: Int
    /// Samples that are in the journal and not yet in a day file.
    public var samplesPending: Int
    public var journalBytes: Int
    public var dayFiles: Int
    /// Files of summaries, one per month and resolution.
    public var monthFiles: Int
    /// `nil` before the first flush.
    public var lastFlushAt: Timestamp?
    /// Why the last flush failed; `nil` when it did not.
    public var lastFlushFailure: SeriesStoreFailure?
    public var intake: Intake
    public var refusals: Refusals
    /// Names of day files that were set aside, also by earlier processes.
    public var damagedFiles: [String]
    /// Names of files of another release, in their place or set aside: they are not read.
    public var foreignFiles: [String]
    /// Blocks in otherwise sound day files that could not be read.
    public var damagedBlocks: Int
    /// Names of files in which a deletion could not be done yet; it is tried again before each flush.
    public var undeletedFiles: [String]
    public var replay: Replay
}
