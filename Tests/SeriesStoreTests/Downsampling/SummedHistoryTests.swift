import Foundation
import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

/// Random histories: whatever is summed up, late, added, merged or left by a crash, no sample is missing and none counts twice.
@Suite("A store that sums up, through its life")
struct SummedHistoryTests {
    static let seeds: Range<UInt64> = 0..<(ProcessInfo.processInfo.environment["POSTWATCH_MODEL_SEEDS"].flatMap { UInt64($0) } ?? 12)

    @Test("counts, adds up and remembers every sample once", arguments: seeds)
    func histories(seed: UInt64) async throws {
        var life = Life(seed: seed)
        var store = try life.fixture.open(in: life.directory)
        for step in 0..<60 {
            store = try await life.live(store)
            try await life.check(store, "seed \(seed), step \(step)")
        }
        try await store.sumUpAll()
        try await life.check(store, "seed \(seed), at the end")
        #expect(try StoreDirectory(dataDirectory: life.directory.path).verify().faults == [])
        await store.close()
    }

    private struct Life {
        private(set) var fixture = StoreFixture()
        private(set) var directory = TestDirectory()
        private var random: SeededGenerator
        private var samples: [LabelSet: [Int64: Double]] = [:]
        private let series = (0..<3).map { LabelSet(metric: "m", ["n": "\($0)"]) }

        init(seed: UInt64) {
            random = SeededGenerator(seed: seed)
            fixture.configuration.retention = .seconds(86_400)
            fixture.configuration.downsampling = [.fiveMinutes: .seconds(86_400_000), .oneHour: .seconds(86_400_000)]
        }

        private var now: Int64 { fixture.time.world.now().milliseconds }

        mutating func live(_ store: SeriesStore) async throws -> SeriesStore {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<7: try await append(reaching: 3_600_000, to: store)
            case 7..<10: try await append(reaching: 6 * 86_400_000, to: store)
            case 10..<12: try await store.flush()
            case 12..<14: fixture.time.advance(by: .seconds(Int64.random(in: 600...90_000, using: &random)))
            case 14..<16:
                let pace = SummingPace(parts: Int.random(in: 1...3, using: &random), seriesAtOnce: 1, lateSeriesAtOnce: 1)
                _ = try await store.upkeep.sumUp(now: store.world.now(), configuration: store.configuration, pace: pace)
            case 16: try await store.removeExpired()
            case 17: try await store.merge()
            case 18:
                guard Bool.random(using: &random), let labels = series.randomElement(using: &random) else {
                    try await store.compact()
                    break
                }
                samples[labels] = nil
                try await store.delete(
                    [LabelMatcher("n", equals: labels["n"] ?? "")], from: Timestamp(milliseconds: .min),
                    through: Timestamp(milliseconds: .max))
            default:
                let left = directory
                directory = try left.snapshot()
                await store.close()
                return try fixture.open(in: directory)
            }
            return store
        }

        func check(_ store: SeriesStore, _ place: String) async throws {
            for coarseness in [0, 300_000, 3_600_000] as [Int64] {
                let counts = try await store.read(.count, coarseness: coarseness).mapValues { $0.values.reduce(0, +) }
                #expect(counts == samples.mapValues { Double($0.count) }, "\(place)")
                let sums = try await store.read(.sum, coarseness: coarseness).mapValues { $0.values.reduce(0, +) }
                #expect(sums == samples.mapValues { $0.values.reduce(0, +) }, "\(place)")
                let least = try await store.read(.minimum, coarseness: coarseness).mapValues { $0.values.min() }
                #expect(least == samples.mapValues { $0.values.min() }, "\(place)")
                let last = try await store.read(.last, coarseness: coarseness).mapValues { $0.max { $0.key < $1.key }?.value }
                #expect(last == samples.mapValues { $0.max { $0.key < $1.key }?.value }, "\(place)")
            }
        }

        private mutating func append(reaching: Int64, to store: SeriesStore) async throws {
            let batch = (0..<Int.random(in: 1...30, using: &random)).map { _ in
                Sample(
                    series.randomElement(using: &random) ?? LabelSet(), at: now - Int64.random(in: 0...reaching, using: &random),
                    Double(Int.random(in: 0...1000, using: &random)))
            }
            // A time that is only in a summary by now cannot be refused a second time.
            let new = batch.filter { samples[$0.labels]?[$0.timestamp.milliseconds] == nil }
            var taken: [Sample] = []
            for sample in new where !taken.contains(where: { $0.labels == sample.labels && $0.timestamp == sample.timestamp }) {
                taken.append(sample)
            }
            try await store.append(taken)
            for sample in taken { samples[sample.labels, default: [:]][sample.timestamp.milliseconds] = sample.value }
        }
    }
}
