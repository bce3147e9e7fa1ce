/// What reading a whole store brought to light.
public struct StoreVerification: Hashable, Sendable {
    /// Something that is wrong, and with which file.
    public struct Fault: Hashable, Sendable {
        public let file: String
        public let text: String
    }

    public var dayFiles = 0
    /// Files of summaries, one per month and resolution.
    public var monthFiles = 0
    public var blocks = 0
    /// One that is in several blocks counts in each, and so does each number of a summary.
    public var samples = 0
    /// Native histograms.
    public var histograms = 0
    public var journalSegments = 0
    public var journalRecords = 0
    /// Bytes at the journal's end that are no record: one that is being written, or that a crash cut off. Nobody was told that it is kept.
    public var unfinishedBytes = 0
    /// None in a sound store.
    public var faults: [Fault] = []
}
