/// Finds samples: the port between the series store and everything that judges or shows them.
public protocol SampleQuerying: Sendable {
    /// From here on every sample is there as it was written; of earlier ones there may be summaries only. The earliest time when nothing
    /// is ever summed up.
    var exactSince: Timestamp { get }

    /// Hands over the series that satisfy the selection's matchers and have a sample in its time range, with those samples, in batches:
    /// each series in exactly one. No order among series. What `take` throws ends the reading and is thrown.
    func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws
}

extension SampleQuerying {
    public var exactSince: Timestamp { Timestamp(milliseconds: .min) }

    /// Everything at once, as it was written.
    public func select(_ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp) async throws -> [SeriesColumns] {
        var found: [SeriesColumns] = []
        try await select(SampleSelection(matchers, from: start, through: end)) { found += $0.seriesColumns }
        return found
    }
}

/// Takes samples in: the port between collectors, journeys, remote write and the series store.
public protocol SampleAppending: Sendable {
    /// Returns once the samples are durable: on disk, or in a buffer on disk that will deliver them.
    /// Of two samples of one series at one time the first stays.
    func append(_ samples: [Sample]) async throws
}
