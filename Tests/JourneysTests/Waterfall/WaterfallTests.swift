import Journeys
import PostwatchModel
import Testing

@Suite struct WaterfallTests {
    @Test("Bars stand where their step lies in time, failures below")
    func drawing() {
        let run = JourneyRun(
            journey: "imap-1", kind: "imap", vantage: "here", startedAt: Timestamp(milliseconds: 0), duration: .milliseconds(100),
            steps: [
                .init(wire: "imap", phase: "connect", offset: .zero, duration: .milliseconds(50)),
                .init(wire: "imap", phase: "tls", offset: .milliseconds(50), duration: .microseconds(100)),
                .init(wire: "imap", phase: "auth", offset: .milliseconds(51), duration: .milliseconds(49), failure: "refused"),
            ], failure: "refused")
        #expect(
            Waterfall(run, width: 48).description == """
                imap-1 (imap) from here at 1970-01-01T00:00:00.000Z
                  imap connect ██████████                50.0 ms
                  imap tls               █                0.1 ms
                ✗ imap auth              ██████████      49.0 ms
                ✗ refused
                """)
    }

    @Test("Every line of steps is as wide as asked for", arguments: [40, 80, 132])
    func width(width: Int) {
        let steps = (0..<7).map { index in
            JourneyRun.Step(wire: "smtp", phase: "ehlo", offset: .milliseconds(index * 13), duration: .milliseconds(13))
        }
        let run = JourneyRun(
            journey: "a", kind: "smtp", vantage: "b", startedAt: Timestamp(milliseconds: 0), duration: .milliseconds(91), steps: steps,
            failure: nil)
        let lines = Waterfall(run, width: width).lines
        #expect(lines.dropFirst().dropLast().allSatisfy { $0.count == width })
        #expect(lines.last == "✓ 91.0 ms")
    }

    @Test("A run without steps or time is drawn too")
    func empty() {
        let run = JourneyRun(
            journey: "a", kind: "imap", vantage: "b", startedAt: Timestamp(milliseconds: 0), duration: .zero,
            steps: [.init(wire: "imap", phase: "resolve", offset: .zero, duration: .zero)], failure: "the secret file is missing")
        #expect(Waterfall(run, width: 10).lines.count == 3)
    }
}
