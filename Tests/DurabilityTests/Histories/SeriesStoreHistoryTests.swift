import Foundation
import TestSupport
import Testing

/// Random histories of a store, answered as by a dictionary.
///
/// `POSTWATCH_MODEL_SEEDS=50000` lives through more of them, `POSTWATCH_MODEL_SEED=1234` through that one. When the process dies
/// under a history, a directory `postwatch-history-SEED-…` is left in `/dev/shm`.
@Suite("The series store, compared with a dictionary")
struct SeriesStoreHistoryTests {
    @Test("holds the same after any history of appends, deletes, flushes, crashes and restarts")
    func histories() async throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["POSTWATCH_MODEL_SEEDS"].flatMap { UInt64($0) } ?? 2000
        let only = environment["POSTWATCH_MODEL_SEED"].flatMap { UInt64($0) }
        let failures = await Self.failures(of: only.map { $0..<$0 + 1 } ?? 0..<count)
        for (seed, failure) in failures { Issue.record("seed \(seed): \(failure)\n\(await Self.story(of: seed))") }
    }

    // MARK: - Private

    /// More failures than these say nothing new.
    private static let failuresShown = 3
    /// How often a history that failed once is tried again before it is taken for a race.
    private static let repetitions = 5

    /// Lives through the histories on all cores.
    private static func failures(of seeds: Range<UInt64>) async -> [(UInt64, String)] {
        let next = Shared(seeds.lowerBound)
        let failures = Shared<[(UInt64, String)]>([])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount {
                group.addTask {
                    while failures.value.count < failuresShown {
                        let seed = next.withLock { next in
                            defer { next += 1 }
                            return next
                        }
                        guard seeds.contains(seed) else { return }
                        if let failure = await failure(of: History(seed: seed), seed: seed) {
                            failures.withLock { $0.append((seed, failure)) }
                        }
                    }
                }
            }
        }
        return failures.value
    }

    private static func failure(of history: History, seed: UInt64) async -> String? {
        do {
            try await StoreLife.run(history, name: "history-\(seed)")
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// A short history that fails too, with how it fails.
    private static func story(of seed: UInt64) async -> String {
        for _ in 0..<repetitions {
            guard await failure(of: History(seed: seed), seed: seed) != nil else { continue }
            var shrinker = HistoryShrinker { await failure(of: $0, seed: seed) != nil }
            let history = await shrinker.shrink(History(seed: seed))
            let lines = history.operations.map { "  " + "\($0)".prefix(2000) }.joined(separator: "\n")
            return "a short history that fails too:\n\(lines)\n\(await failure(of: history, seed: seed) ?? "not each time")"
        }
        return "the same history went well \(repetitions) times more: look for a race between a flush and what goes on beside it"
    }
}
