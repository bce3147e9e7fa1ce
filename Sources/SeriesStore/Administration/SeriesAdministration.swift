import PostwatchModel

/// The administration of an open store.
public struct SeriesAdministration: SeriesAdministering {
    private let store: SeriesStore
    private let snapshots: StoreSnapshots

    /// - Parameter snapshotDirectory: where snapshots go, outside of the store's own directory; made with the first one. Of earlier
    ///   ones that were not finished nothing stays.
    public init(of store: SeriesStore, snapshotDirectory: String) {
        self.store = store
        StoreSnapshots.removeUnfinished(in: snapshotDirectory)
        snapshots = StoreSnapshots(of: store, in: snapshotDirectory)
    }

    public func cardinality(limit: Int) async -> SeriesCardinality {
        store.memory.withLock { $0.cardinality(limit: limit) }
    }

    /// Throws `SeriesStoreFailure`.
    public func delete(_ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp) async throws {
        try await store.delete(matchers, from: start, through: end)
    }

    /// Throws `SeriesStoreFailure`; nothing is left of a copy that failed.
    public func snapshot(skipsHead: Bool) async throws -> String {
        try await snapshots.make(skippingHead: skipsHead)
    }
}
