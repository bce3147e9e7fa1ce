import Logging
import PostwatchModel
import PostwatchRuntime
import PromQL
import Rules
import SeriesStore
import TestSupport
import Testing

@Suite("Queries over days of which only summaries are left")
struct SummedUpQueryTests {
    private static let start = Timestamp(milliseconds: 1_767_225_600_000)

    /// A day with a sample every 15 s: a counter that starts anew now and then, and a gauge.
    private static func samples(seed: UInt64) -> [Sample] {
        var random = SeededGenerator(seed: seed)
        var total = 0.0
        var samples: [Sample] = []
        for step in 0..<5760 {
            let time = start + .seconds(15 * step)
            total = Int.random(in: 0..<400, using: &random) == 0 ? 0 : total + Double(Int.random(in: 0...20, using: &random))
            let level = Double(Int.random(in: 0...100, using: &random))
            samples.append(Sample(labels: ["__name__": "sent_total", "instance": "a"], timestamp: time, value: total))
            samples.append(Sample(labels: ["__name__": "queue", "instance": "a"], timestamp: time, value: level))
        }
        return samples
    }

    @Test("give what the samples gave: exactly where windows end with stretches, and nearly for rates", arguments: 0..<4 as Range<UInt64>)
    func comparison(seed: UInt64) async throws {
        let directory = TestDirectory()
        let clock = ManualClock()
        let world = World.manual(at: Self.start + .seconds(86_400), clock: clock)
        let configuration = StorageConfiguration(retention: .seconds(86_400))
        let store = try SeriesStore.open(
            directory: directory.path, configuration: configuration, world: world, logger: Logger(label: "test"))
        let samples = Self.samples(seed: seed)
        try await store.append(samples)
        clock.advance(by: .seconds(3 * 86_400))
        // What is too old is measured by the newest sample, too: a clock that jumps ahead deletes nothing.
        for day in 0...1 {
            try await store.append([Sample(labels: ["__name__": "up"], timestamp: world.now() - .seconds(86_400 * day), value: 1)])
        }
        try await store.flush()
        while try await !store.sumUp() {}
        try await store.removeExpired()
        #expect(store.status().dayFiles == 2)

        var memory = MemorySamples()
        memory.append(samples)
        for text in [
            "max_over_time(queue[1h])", "min_over_time(queue[1h])", "sum_over_time(queue[1h])", "count_over_time(queue[1h])",
            "avg_over_time(queue[1h])",
        ] {
            let (found, expected) = (try await Self.values(text, store), try await Self.values(text, memory))
            #expect(found.count == expected.count && found.count > 20)
            for (left, right) in zip(found, expected) { #expect(abs(left - right) <= 1e-9 * abs(right), "\(text)") }
        }
        for text in ["increase(sent_total[1h])", "rate(sent_total[1h])"] {
            let (found, expected) = (try await Self.values(text, store), try await Self.values(text, memory))
            #expect(found.count == expected.count)
            // The first stretch of a window tells its last sample only.
            for (left, right) in zip(found, expected) { #expect(abs(left - right) <= 0.12 * abs(right), "\(text)") }
        }
        await store.close()
    }

    /// At the end of each hour, just before the sample that begins the next one.
    private static func values(_ text: String, _ samples: any SampleQuerying) async throws -> [Double] {
        let result = try await QueryEngine(samples: samples).range(
            try PromQLQuery(text), from: start + .milliseconds(3_600_000 - 1), through: start + .milliseconds(86_400_000 - 1),
            step: .seconds(3600))
        guard case .matrix(let series) = result, series.count == 1 else { return [] }
        return series[0].values
    }
}
