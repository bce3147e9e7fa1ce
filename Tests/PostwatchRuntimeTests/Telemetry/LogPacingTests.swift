import PostwatchModel
import Testing

@testable import PostwatchRuntime

@Suite("LogPacing")
struct LogPacingTests {
    private func moment(_ seconds: Double) -> Timestamp { Timestamp(seconds: 1_800_000_000 + seconds) }

    @Test("one thing is told once in an interval, others beside it, and a clock that is set back silences nobody")
    func interval() {
        var pacing = LogPacing<String>(interval: .seconds(60))
        let told = [("a", 0.0), ("a", 59), ("b", 59), ("a", 60), ("a", -3600)].map { pacing.admits($0.0, at: moment($0.1)) }
        #expect(told == [true, false, true, true, true])
    }

    @Test("of more things than are remembered none is told, until some are forgotten")
    func capacity() {
        var pacing = LogPacing<Int>(interval: .seconds(60), capacity: 3)
        let told = (0..<10).filter { pacing.admits($0, at: moment(Double($0))) }
        let isTold = pacing.admits(3, at: moment(61))
        #expect(told == [0, 1, 2] && isTold)
    }
}
