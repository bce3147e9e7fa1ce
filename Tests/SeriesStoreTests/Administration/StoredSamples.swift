import Logging
import PostwatchModel
import TestSupport

@testable import SeriesStore

extension StoreFixture {
    static let previousDay = noon.milliseconds - 86_400_000

    /// Two days of three metrics: older samples in day files, the newest ones in the journal only.
    func fill(_ store: SeriesStore) async throws {
        try await store.append(Self.samples(from: Self.previousDay, count: 40))
        try await store.append(Self.samples(from: Self.noon.milliseconds, count: 40))
        try await store.flush()
        try await store.append(Self.samples(from: Self.noon.milliseconds + 40 * 10_000, count: 10))
    }

    static func samples(from start: Int64, count: Int) -> [Sample] {
        ["a", "b", "c"].flatMap { metric in
            (0..<Int64(count)).map { Sample(LabelSet(metric: metric, ["instance": "mx-1"]), at: start + $0 * 10_000, Double($0 * 7)) }
        }
    }

    /// What a store shows that was opened from a copy of its files.
    func contents(ofCopy path: String) async throws -> [LabelSet: [Int64: UInt64]] {
        let copy = try SeriesStore.open(
            directory: path, configuration: configuration, world: time.world,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let contents = try await copy.contents()
        await copy.close()
        return contents
    }
}
