import PostwatchModel
import TestSupport

@testable import SeriesStore

/// A store with some days of samples, and what those are.
struct SummedStore {
    static let day = Day.milliseconds
    /// The first moment of the days.
    static let start = StoreFixture.noon.startOfUTCDay.milliseconds - 4 * day
    static let gauge = LabelSet(metric: "gauge", ["instance": "mx-1"])
    static let counter = LabelSet(metric: "counter_total", ["instance": "mx-1"])
    static let sparse = LabelSet(metric: "gauge", ["instance": "mx-2"])

    var fixture = StoreFixture()
    private(set) var samples: [LabelSet: [Int64: Double]] = [:]
    var random: SeededGenerator

    /// - Parameter seed: that of the samples.
    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        fixture.configuration.retention = .seconds(2 * 86_400)
        fixture.configuration.downsampling = [.fiveMinutes: .seconds(40 * 86_400), .oneHour: .seconds(400 * 86_400)]
    }

    /// Four days of samples, each in its file, and the present in the fifth.
    mutating func fill(_ store: SeriesStore) async throws {
        var value = 0.0
        var batch: [Sample] = []
        let length = Int.random(in: 60...400, using: &random)
        for time in stride(from: Self.start + 7000, to: Self.start + 4 * Self.day, by: length * 1000) {
            value += Double(Int.random(in: 0...20, using: &random))
            if Int.random(in: 0..<60, using: &random) == 0 { value = Double(Int.random(in: 0...3, using: &random)) }
            batch.append(Sample(Self.counter, at: time, value))
            batch.append(Sample(Self.gauge, at: time, Double(Int.random(in: -80...80, using: &random)) / 4))
            if Int.random(in: 0..<10, using: &random) == 0 {
                batch.append(Sample(Self.sparse, at: time, Bool.random(using: &random) ? Sample.staleMarker : 3))
            }
        }
        try await append(batch, to: store)
        try await store.flush()
        fixture.time.set(Self.start + 4 * Self.day + 43_200_000)
    }

    /// Of two samples at one time the first stays.
    mutating func append(_ batch: [Sample], to store: SeriesStore) async throws {
        try await store.append(batch.sorted { $0.labels.isOrdered(before: $1.labels) })
        for sample in batch where samples[sample.labels]?[sample.timestamp.milliseconds] == nil {
            samples[sample.labels, default: [:]][sample.timestamp.milliseconds] = sample.value
        }
    }

    mutating func remove(_ labels: LabelSet, _ range: ClosedRange<Int64>) {
        samples[labels]?.keys.filter(range.contains).forEach { samples[labels]?[$0] = nil }
    }

    /// What is expected of summaries of `days`, counted from the first.
    func expected(
        _ summary: SampleSelection.Summary, _ resolution: Resolution, days: Range<Int64> = 0..<4
    ) -> [LabelSet: [Int64: Double]] {
        samples.mapValues { samples in
            let range = (Self.start + days.lowerBound * Self.day)..<(Self.start + days.upperBound * Self.day)
            return NaiveSummary(samples: samples.filter { range.contains($0.key) }, length: resolution.milliseconds).values(summary)
        }.filter { !$0.value.isEmpty }
    }
}

extension TestTime {
    func set(_ milliseconds: Int64) {
        advance(by: .milliseconds(milliseconds - world.now().milliseconds))
    }
}

extension SeriesStore {
    func sumUpAll(pace: SummingPace = SummingPace()) async throws {
        while try await !upkeep.sumUp(now: world.now(), configuration: configuration, pace: pace) {}
    }

    func read(
        _ summary: SampleSelection.Summary, coarseness: Int64 = 0, from start: Int64 = .min, through end: Int64 = .max
    ) async throws -> [LabelSet: [Int64: Double]] {
        try await readColumns(summary, coarseness: coarseness, from: start, through: end)
            .mapValues { Dictionary(uniqueKeysWithValues: zip($0.timestamps, $0.values)) }
    }

    func readColumns(
        _ summary: SampleSelection.Summary, coarseness: Int64 = 0, from start: Int64 = .min, through end: Int64 = .max
    ) async throws -> [LabelSet: SeriesColumns] {
        var found: [LabelSet: SeriesColumns] = [:]
        let selection = SampleSelection(
            [], from: Timestamp(milliseconds: start), through: Timestamp(milliseconds: end), summary: summary,
            coarseness: .milliseconds(coarseness))
        try await select(selection) { batch in
            for columns in batch.seriesColumns {
                precondition(found[columns.labels] == nil, "Each series once")
                precondition(zip(columns.timestamps, columns.timestamps.dropFirst()).allSatisfy(<), "Rising timestamps")
                found[columns.labels] = columns
            }
        }
        return found
    }

    func coarseStretches(coarseness: Int64 = 0) async throws -> [SampleBatch.CoarseStretch] {
        var found: [[SampleBatch.CoarseStretch]] = []
        let selection = SampleSelection(
            [], from: Timestamp(milliseconds: .min), through: Timestamp(milliseconds: .max), coarseness: .milliseconds(coarseness))
        try await select(selection) { found.append($0.coarseStretches) }
        precondition(Set(found).count <= 1, "The same for all batches")
        return found.first ?? []
    }
}
