import PostwatchModel
import PromQL
import Testing

@Suite("Operations between vectors")
struct MatchingTests {
    private let engine = QueryEngine(
        samples: LoadedSamples(
            every: .seconds(60),
            [
                (["__name__": "sent", "node": "a"], [10, nil, 30]), (["__name__": "sent", "node": "b"], [20, 20, 20]),
                (["__name__": "failed", "node": "b"], [2, 2, 2]), (["__name__": "failed", "node": "c"], [3, nil, 3]),
                (["__name__": "limit", "zone": "x", "node": "b"], [5]), (["__name__": "limit", "zone": "y", "node": "b"], [6]),
                (["__name__": "typed", "__type__": "gauge", "__unit__": "bytes", "node": "b"], [7]),
            ]),
        limits: QueryLimits(lookback: .seconds(59)))

    private func lines(_ text: String) async throws -> [String] {
        try await engine.lines(text, at: .zero, allowingExperimental: true)
    }

    @Test(
        "What is missing on one side is filled in, with the labels that matching goes by",
        arguments: [
            ("sent + fill(0) failed", ["{node=\"a\"} 10", "{node=\"b\"} 22", "{node=\"c\"} 3"]),
            ("sent + fill_left(1) failed", ["{node=\"b\"} 22", "{node=\"c\"} 4"]),
            ("sent + fill_right(1) failed", ["{node=\"a\"} 11", "{node=\"b\"} 22"]),
            ("sent > bool fill(15) failed", ["{node=\"a\"} 0", "{node=\"b\"} 1", "{node=\"c\"} 1"]),
            ("sent != fill(10) failed", ["sent{node=\"b\"} 20", "{node=\"c\"} 10"]),
            (
                "sent * on(node) group_right fill_left(2) limit",
                ["{node=\"a\"} 20", "{node=\"b\", zone=\"x\"} 100", "{node=\"b\", zone=\"y\"} 120"]
            ),
            ("nothing + fill_right(0) sent", []),
        ])
    func fills(text: String, expected: [String]) async throws {
        #expect(try await lines(text) == expected)
    }

    @Test("Filling follows the steps at which a side is missing")
    func fillsByStep() async throws {
        #expect(
            try await engine.rangeLines(
                "sent + fill(0) failed", from: .zero, through: .seconds(120), step: .seconds(60), allowingExperimental: true) == [
                    "{node=\"a\"} 10@0 30@120", "{node=\"b\"} 22@0 22@60 22@120", "{node=\"c\"} 3@0 3@120",
                ])
    }

    @Test("Elements on the side with many must stay distinct")
    func grouping() async throws {
        #expect(
            try await lines("label_replace(limit, \"zone\", \"\", \"\", \"\") * 1") == [
                "execution: vector cannot contain metrics with the same labelset"
            ])
        #expect(
            try await lines("limit * on(node) group_left(zone) label_replace(sent, \"zone\", \"z\", \"\", \"\")") == [
                "execution: multiple matches for labels: grouping labels must ensure unique matches"
            ])
    }

    @Test("The type and unit of a metric go with its name, and do not keep elements apart")
    func metadata() async throws {
        #expect(try await lines("typed + failed") == ["{node=\"b\"} 9"])
        #expect(try await lines("-typed") == ["{node=\"b\"} -7"])
        #expect(try await lines("typed > 1") == ["typed{__type__=\"gauge\", __unit__=\"bytes\", node=\"b\"} 7"])
        #expect(try await lines("sum by (__unit__) (typed)") == ["{__unit__=\"bytes\"} 7"])
    }

    @Test("Trimming a histogram leaves the metric what it was")
    func trimming() async throws {
        let engine = QueryEngine(samples: try HistogramSamples([(["__name__": "age"], ["{{count:3 sum:4 buckets:[2 1]}}"])]))
        #expect(try await engine.lines("age </ +Inf", at: .zero) == ["age {{count:3 sum:4 buckets:[2 1]}}"])
    }
}
