import PostwatchModel

extension SeriesStore: MetadataQuerying, ExemplarQuerying {
    public func metadata() async -> [String: MetricMetadata] {
        memory.withLock { $0.metadata.families }
    }

    public func exemplars(_ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp) async -> [SeriesExemplars] {
        // A copy that costs nothing: the lock is not held while labels become texts.
        let exemplars = memory.withLock { $0.exemplars }
        return exemplars.select(matchers, from: start, through: end)
    }
}
