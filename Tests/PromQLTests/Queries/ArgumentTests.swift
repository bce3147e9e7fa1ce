import PostwatchModel
import PromQL
import Testing

@Suite("Arguments that the type check cannot judge")
struct ArgumentTests {
    private let engine = QueryEngine(
        samples: LoadedSamples(every: .seconds(60), [(["__name__": "depth", "node": "a"], [1, 2, 3])]))

    @Test(
        "An argument out of its range is an error once there is something to work on",
        arguments: [
            (
                "double_exponential_smoothing(depth[5m], 1, 0.5)",
                ["execution: invalid smoothing factor. Expected: 0 < sf < 1, got: 1.000000"]
            ),
            ("double_exponential_smoothing(depth[5m], 0.5, -1)", ["execution: invalid trend factor. Expected: 0 < tf < 1, got: -1.000000"]),
            ("double_exponential_smoothing(nothing[5m], 1, 0.5)", []),
            ("label_replace(depth, \"\", \"x\", \"node\", \"a\")", ["execution: invalid destination label name in label_replace(): "]),
            ("label_join(depth, \"to\", \"-\", \"\")", ["execution: invalid source label name in label_join(): "]),
            ("label_replace(depth, \"to\", \"x\", \"node\", \"(\")", ["execution: invalid regular expression in label_replace(): ("]),
        ])
    func refused(text: String, expected: [String]) async throws {
        #expect(try await engine.lines(text, at: .seconds(120), allowingExperimental: true) == expected)
    }

    @Test("A quantile out of its range is infinite or no number, with a warning")
    func quantile() async throws {
        #expect(try await engine.lines("quantile_over_time(2, depth[5m])", at: .seconds(120)) == ["{node=\"a\"} +Inf"])
        #expect(
            try await engine.notes("quantile_over_time(2, depth[5m])", at: .seconds(120)) == [
                "PromQL warning: quantile value should be between 0 and 1, got 2 (1:20)"
            ])
    }
}
