/// How many series there are in memory, and what makes them so many. Lists have the largest count first.
public struct SeriesCardinality: Hashable, Sendable {
    /// A label name, a value or both, and what was counted.
    public struct Count: Hashable, Sendable {
        public let name: String
        public let count: Int

        public init(name: String, count: Int) {
            self.name = name
            self.count = count
        }
    }

    /// Series with samples in memory.
    public var series = 0
    /// Different pairs of a label and its value.
    public var labelPairs = 0
    /// Compressed pieces that hold the samples: at most so many.
    public var chunks = 0
    /// Memory holds every sample from here on; `nil` when it holds none.
    public var oldest: Timestamp?
    /// The newest sample; `nil` when there is none.
    public var newest: Timestamp?
    /// Metric → its series.
    public var seriesByMetric: [Count] = []
    /// Label → its different values.
    public var valuesByLabel: [Count] = []
    /// Label → bytes of its values, counted once for each series that carries them.
    public var bytesByLabel: [Count] = []
    /// `label=value` → its series.
    public var seriesByPair: [Count] = []

    public init() {}
}
