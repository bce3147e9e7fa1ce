import PostwatchModel
import PromQL
import Testing

@Suite("Queries on a store that sums up what is old")
struct SummaryTests {
    private static let load: LabelSet = ["__name__": "load", "instance": "a"]
    /// Ten days with a sample every hour; the store keeps the last two as they were written.
    private let samples = LoadedSamples(
        every: .seconds(3600), exactSince: Timestamp(seconds: 8 * 86_400), [(load, (0...240).map { Double($0) })])

    private func selections(
        _ text: String, from start: Int, step: Duration, of other: LoadedSamples? = nil
    ) async throws -> [LoadedSamples.Selection] {
        let samples = other ?? samples
        _ = try await QueryEngine(samples: samples).range(
            try PromQLQuery(text), from: Timestamp(seconds: Double(start)), through: Timestamp(seconds: 10 * 86_400), step: step)
        return samples.selections
    }

    @Test(
        "ask for what their function needs, and in no larger stretches than do no harm",
        arguments: [
            ("rate(load[1h])", SampleSelection.Summary.counter, 300), ("increase(load[12h])", .counter, 1641),
            ("max_over_time(load[1d])", .maximum, 1727),
            ("min_over_time(load[10m])", .minimum, 0), ("sum_over_time(load[1h])", .sum, 300), ("count_over_time(load[1h])", .count, 300),
            ("quantile_over_time(0.5, load[1h])", .last, 0), ("load", .last, 1555), ("delta(load[1h])", .last, 300),
        ] as [(String, SampleSelection.Summary, Int)])
    func choice(text: String, summary: SampleSelection.Summary, seconds: Int) async throws {
        let selections = try await selections(text, from: 86_400, step: .seconds(3600))
        #expect(selections.count == 1)
        #expect(selections[0].summary == summary)
        #expect(Int(selections[0].coarseness.seconds) == seconds)
    }

    @Test("form a mean of sums and counts")
    func mean() async throws {
        let selections = try await selections("avg_over_time(load[1h])", from: 86_400, step: .seconds(3600))
        #expect(Set(selections.map(\.summary)) == [.sum, .count])
        let values = try await QueryEngine(samples: samples).lines("avg_over_time(load[3h])", at: .seconds(86_400))
        #expect(values == ["{instance=\"a\"} 23"])
    }

    @Test("read a selector once, whatever is asked of it, where nothing is ever summed up")
    func sharing() async throws {
        let samples = LoadedSamples(every: .seconds(3600), [(Self.load, (0...240).map { Double($0) })])
        let selections = try await selections(
            "max_over_time(load[1h]) - min_over_time(load[1h]) + load", from: 9 * 86_400, step: .seconds(3600), of: samples)
        #expect(selections.count == 1)
        #expect(selections[0].summary == .last)
    }

    @Test("count samples where the store counts them")
    func count() async throws {
        let engine = QueryEngine(samples: samples)
        #expect(try await engine.lines("count_over_time(load[6h])", at: .seconds(86_400)) == ["{instance=\"a\"} 6"])
        #expect(try await engine.lines("count_over_time(load[6h])", at: .seconds(10 * 86_400)) == ["{instance=\"a\"} 6"])
    }
}
