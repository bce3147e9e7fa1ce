import Journeys
import PostwatchModel
import Testing

@Suite struct JourneyRunSamplesTests {
    private let run = JourneyRun(
        journey: "mx-1", kind: "smtp", vantage: "here", labels: ["component": "mx", "instance": "mx-1"],
        startedAt: Timestamp(milliseconds: 1000), duration: .milliseconds(350),
        steps: [
            .init(wire: "smtp", phase: "ehlo", offset: .zero, duration: .milliseconds(100)),
            .init(wire: "smtp", phase: "tls", offset: .milliseconds(100), duration: .milliseconds(200)),
            .init(wire: "smtp", phase: "ehlo", offset: .milliseconds(300), duration: .milliseconds(50), failure: "no"),
        ], failure: "no", certificateExpiry: Timestamp(milliseconds: 5000))

    @Test("A run becomes its series, at the time it ended")
    func samples() {
        let base: LabelSet = ["component": "mx", "instance": "mx-1", "journey": "mx-1", "kind": "smtp", "vantage": "here"]
        func labels(_ name: String, _ more: LabelSet = [:]) -> LabelSet { base.merging(more).merging(["__name__": name]) }
        let expected: [LabelSet: Double] = [
            labels("probe_success"): 0, labels("probe_duration_seconds"): 0.35,
            labels("probe_smtp_duration_seconds", ["phase": "ehlo"]): 0.15, labels("probe_smtp_duration_seconds", ["phase": "tls"]): 0.2,
            labels("probe_ssl_earliest_cert_expiry"): 5,
        ]
        #expect(run.samples.count == expected.count)
        for sample in run.samples {
            #expect(sample.timestamp == Timestamp(milliseconds: 1350))
            #expect(abs(sample.value - (expected[sample.labels] ?? .infinity)) < 1e-9)
        }
    }
}
