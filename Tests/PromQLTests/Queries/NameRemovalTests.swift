import PostwatchModel
import PromQL
import Testing

@Suite("When the metric's name goes")
struct NameRemovalTests {
    private let engine = QueryEngine(
        samples: LoadedSamples(
            every: .seconds(60),
            [(["__name__": "a_total", "env": "p"], [0, 60, 120]), (["__name__": "b_total", "env": "p"], [0, 120, 240])]))

    private func lines(_ text: String, isExperimental: Bool) async throws -> [String] {
        try await engine.lines(text, at: .seconds(120), allowingExperimental: isExperimental)
    }

    @Test(
        "With experimental features the name can still be looked at until the query ends",
        arguments: [
            (
                "label_replace(rate({env=\"p\"}[2m]), \"from\", \"$1\", \"__name__\", \"(.*)\")",
                ["{env=\"p\", from=\"a_total\"} 1", "{env=\"p\", from=\"b_total\"} 2"]
            ),
            ("label_join(rate(a_total[2m]), \"__name__\", \":\", \"env\", \"__name__\")", ["p:a_total{env=\"p\"} 1"]),
            ("topk(1, sum by (__name__, env) (rate({env=\"p\"}[2m])))", ["{env=\"p\"} 2"]),
            ("sum by (__name__) (a_total)", ["a_total 120"]),
            ("sum by (__name__) (a_total or on(__name__) rate(b_total[2m]))", ["a_total 120", "{} 2"]),
            ("sum by (__name__) (rate({env=\"p\"}[2m]))", ["execution: vector cannot contain metrics with the same labelset"]),
            // Arithmetic between vectors makes a new thing at once.
            ("label_replace(a_total + b_total, \"from\", \"$1\", \"__name__\", \"(.+)\")", ["{env=\"p\"} 360"]),
            ("rate(a_total[2m]) < b_total", ["{env=\"p\"} 1"]),
        ])
    func delayed(text: String, expected: [String]) async throws {
        #expect(try await lines(text, isExperimental: true) == expected)
    }

    @Test("Without, it goes at once")
    func immediate() async throws {
        #expect(
            try await lines("rate({env=\"p\"}[2m])", isExperimental: false) == [
                "execution: vector cannot contain metrics with the same labelset"
            ])
        #expect(try await lines("sum by (__name__) (rate(a_total[2m]))", isExperimental: false) == ["{} 1"])
        #expect(
            try await lines("label_replace(rate(a_total[2m]), \"from\", \"$1\", \"__name__\", \"(.+)\")", isExperimental: false)
                == ["{env=\"p\"} 1"])
    }
}
