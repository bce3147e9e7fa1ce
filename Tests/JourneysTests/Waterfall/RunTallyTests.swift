import Journeys
import PostwatchModel
import Testing

@Suite struct RunTallyTests {
    private func run(_ milliseconds: Int64, failure: String? = nil) -> JourneyRun {
        JourneyRun(
            journey: "a", kind: "imap", vantage: "here", startedAt: Timestamp(milliseconds: 0), duration: .milliseconds(milliseconds + 1),
            steps: [
                .init(wire: "imap", phase: "connect", offset: .zero, duration: .milliseconds(1)),
                .init(wire: "imap", phase: "auth", offset: .milliseconds(1), duration: .milliseconds(milliseconds), failure: failure),
            ], failure: failure)
    }

    @Test("Phases are told by their percentiles, and reasons by how often they came")
    func summary() {
        var tally = RunTally()
        for milliseconds in 1...100 { tally.add(run(Int64(milliseconds), failure: milliseconds > 98 ? "no" : nil)) }
        #expect(tally.failureCount == 2)
        #expect(
            tally.lines(over: .seconds(4)) == [
                "100 runs, 2 failed, 25.0 per second",
                "                     p50         p95         p99",
                "imap connect      1.0 ms      1.0 ms      1.0 ms",
                "imap auth        50.0 ms     95.0 ms     99.0 ms",
                "total            51.0 ms     96.0 ms    100.0 ms",
                "✗ 2 × no",
            ])
        #expect(RunTally().description == "0 runs, 0 failed\n         p50         p95         p99")
    }
}
