import PostwatchModel
import PromQL
import Testing

@Suite("info()")
struct InformationTests {
    private static let target = ["instance": "mx1", "job": "mx"]
    private static let samples = LoadedSamples(
        every: .seconds(60),
        [
            (LabelSet(metric: "depth", target), [1, 2, 3]),
            (LabelSet(metric: "depth", ["instance": "mx2", "job": "mx"]), [4, 5, 6]),
            (LabelSet(metric: "target_info", target.merging(["rack": "a", "os": "debian"]) { $1 }), [1, 1, nil]),
            (LabelSet(metric: "target_info", target.merging(["rack": "b", "os": "debian"]) { $1 }), [nil, nil, 1]),
            (LabelSet(metric: "build_info", target.merging(["version": "3.9"]) { $1 }), [1, 1, 1]),
            (LabelSet(metric: "wrong_info", target.merging(["os": "other"]) { $1 }), [1, 1, 1]),
        ])
    private let engine = QueryEngine(samples: samples)

    private func lines(_ text: String, at seconds: Int = 60) async throws -> [String] {
        try await engine.lines(text, at: .seconds(seconds), allowingExperimental: true)
    }

    @Test("Series get the labels of their target; others stay as they are")
    func completes() async throws {
        #expect(
            try await lines("info(depth)") == [
                "depth{instance=\"mx1\", job=\"mx\", os=\"debian\", rack=\"a\"} 2", "depth{instance=\"mx2\", job=\"mx\"} 5",
            ])
    }

    @Test("Conditions choose the labels, and leave out series that lack one that must be there")
    func chooses() async throws {
        #expect(try await lines("info(depth, {rack=~\".+\"})") == ["depth{instance=\"mx1\", job=\"mx\", rack=\"a\"} 2"])
        #expect(
            try await lines("info(depth, {rack=~\".*\"})") == [
                "depth{instance=\"mx1\", job=\"mx\", rack=\"a\"} 2", "depth{instance=\"mx2\", job=\"mx\"} 5",
            ])
        #expect(
            try await lines("info(depth{instance=\"mx1\"}, {__name__=\"build_info\"})") == [
                "depth{instance=\"mx1\", job=\"mx\", version=\"3.9\"} 2"
            ])
    }

    @Test("Of several series about one target the newest counts, step by step")
    func newest() async throws {
        #expect(
            try await engine.rangeLines(
                "info(depth{instance=\"mx1\"}, {rack=~\".+\"})", from: .zero, through: .seconds(120), step: .seconds(60),
                allowingExperimental: true) == [
                    "depth{instance=\"mx1\", job=\"mx\", rack=\"a\"} 1@0 2@60", "depth{instance=\"mx1\", job=\"mx\", rack=\"b\"} 3@120",
                ])
    }

    @Test("Information gets no information, and a name that is only excluded stands for any other information")
    func names() async throws {
        #expect(try await lines("info(build_info, {__name__=\"build_info\"})").count == 1)
        #expect(
            try await lines("info(depth{instance=\"mx1\"}, {__name__!~\"target.*|wrong.*\"})") == [
                "depth{instance=\"mx1\", job=\"mx\", version=\"3.9\"} 2"
            ])
    }

    @Test("Two metrics that say different things about one label are an error")
    func conflict() async throws {
        #expect(try await lines("info(depth, {__name__=~\"(target|wrong)_info\"})") == ["execution: conflicting label: os"])
    }

    @Test("The information is read once, with its own matchers")
    func reads() async throws {
        let samples = LoadedSamples(every: .seconds(60), [(LabelSet(metric: "depth", Self.target), [1])])
        _ = try await QueryEngine(samples: samples).lines("info(depth) + info(depth)", at: .zero, allowingExperimental: true)
        #expect(
            Set(samples.selections.map(\.matchers)) == [
                [LabelMatcher("__name__", equals: "depth")], [LabelMatcher("__name__", equals: "target_info")],
            ])
        #expect(samples.selections.count == 2)
    }
}
