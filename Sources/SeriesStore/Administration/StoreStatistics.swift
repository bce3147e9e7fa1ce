/// How much a store holds on disk, and what takes the space.
public struct StoreStatistics: Hashable, Sendable, Encodable {
    /// One file of samples or of summaries.
    public struct File: Hashable, Sendable, Encodable {
        public var name: String
        /// Series of its largest run: all of them once the file is merged, before that there may be more. In a file of summaries one for
        /// each number that stands for the samples of a series.
        public var series = 0
        /// One that is in several runs counts in each. In a file of summaries: their numbers.
        public var samples = 0
        /// Native histograms.
        public var histograms = 0
        /// On disk, the write-ahead file included.
        public var bytes = 0
        /// Pieces that merging makes one.
        public var runs = 0
        public var blocks = 0
        /// Space inside of the file that new blocks will use.
        public var freeBytes = 0
        /// Why nothing but its size is known; `nil` when it could be read.
        public var fault: String?

        /// Of samples and histograms; `nil` when the file holds none.
        public var bytesPerSample: Double? { samples + histograms > 0 ? Double(bytes) / Double(samples + histograms) : nil }

        init(name: String) {
            self.name = name
        }
    }

    /// Days, oldest first, then months.
    public var files: [File] = []
    public var journalSegments = 0
    public var journalBytes = 0
    /// Files that were found damaged and set aside.
    public var setAside: [String] = []

    /// The sums of all files; its series are those of the file that has the most.
    public var total: File {
        var total = File(name: "total")
        for file in files {
            total.series = max(total.series, file.series)
            total.samples += file.samples
            total.histograms += file.histograms
            total.bytes += file.bytes
            total.runs += file.runs
            total.blocks += file.blocks
            total.freeBytes += file.freeBytes
        }
        return total
    }
}
