import PostwatchModel

/// A store without samples, for expressions that need none.
struct NoSamples: SampleQuerying {
    func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {}
}
