import PostwatchModel
import PromQL
import Synchronization

/// Which queries may be evaluated on the thread that read them, since that is over before another thread would have been woken: those that
/// find their series by whole names, as long as they read little. What reads more is broken off and remembered.
final class SmallQueries: Sendable {
    /// What is small: about a tenth of a millisecond's work.
    private static let samples = 2000
    private static let textLength = 1024
    /// As many texts are remembered.
    private static let memory = 1024

    /// The texts of queries that were found to be large.
    private let large = Mutex<Set<String>>([])

    /// What `ask` gives for an engine that reads no more than is small; `nil` when the query is, or may be, larger. Throws what `ask` throws.
    func answer(
        _ query: PromQLQuery, from samples: any SampleQuerying, limits: QueryLimits,
        _ ask: (QueryEngine) async throws -> QueryAnswer
    ) async throws -> QueryAnswer? {
        guard limits.maximumSamples >= Self.samples, query.text.utf8.count <= Self.textLength,
            !large.withLock({ $0.contains(query.text) }), query.selectors.allSatisfy(Self.isFoundByNames)
        else { return nil }
        var limits = limits
        limits.maximumSamples = Self.samples
        do {
            return try await ask(QueryEngine(samples: FewSamples(samples: samples, limit: Self.samples), limits: limits))
        } catch QueryFailure.tooManySamples {
            large.withLock { large in
                if large.count >= Self.memory { large.removeAll() }
                large.insert(query.text)
            }
            return nil
        }
    }

    // MARK: - Private

    /// Expressions may be held against every value that there is.
    private static func isFoundByNames(_ matchers: [LabelMatcher]) -> Bool {
        matchers.allSatisfy { $0.operation == .equal || $0.operation == .notEqual }
    }

    /// Throws `SelectionTooLarge` for more than `limit` samples, also where they are summed up as they come.
    private struct FewSamples: SampleQuerying {
        let samples: any SampleQuerying
        let limit: Int

        var exactSince: Timestamp { samples.exactSince }

        func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {
            var count = 0
            try await samples.select(selection) { batch in
                count += batch.timestamps.count + batch.histograms.count
                guard count <= limit else { throw SelectionTooLarge(limit: limit) }
                try take(batch)
            }
        }
    }
}
