/// Which samples are wanted, and how exactly.
public struct SampleSelection: Hashable, Sendable {
    /// What stands for many samples where only their summary is left or wanted.
    public enum Summary: Hashable, Sendable {
        /// The last one, at its own time.
        case last
        /// Those that a counter's increase needs: the last one, and where the counter was reset in between, samples that rise and fall by
        /// what was lost to the resets.
        case counter
        case minimum
        case maximum
        case sum
        /// How many there were; then every single sample is given as 1.
        case count
    }

    public var matchers: [LabelMatcher]
    /// Both included.
    public var start: Timestamp
    public var end: Timestamp
    public var summary: Summary
    /// Samples may be summed up over stretches of up to this length, where there are many; zero asks for all that are left.
    public var coarseness: Duration
    /// More samples than this fail the reading with `SelectionTooLarge`, before they are all in memory; `nil` allows any number.
    public var sampleLimit: Int?

    public init(
        _ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp, summary: Summary = .last,
        coarseness: Duration = .zero, sampleLimit: Int? = nil
    ) {
        self.matchers = matchers
        self.start = start
        self.end = end
        self.summary = summary
        self.coarseness = coarseness
        self.sampleLimit = sampleLimit
    }
}

/// A selection holds more samples than its reader allows.
public struct SelectionTooLarge: Error, Hashable, Sendable {
    public let limit: Int

    public init(limit: Int) {
        self.limit = limit
    }
}
