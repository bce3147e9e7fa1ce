import MailClient
import NIOCore
import PostwatchModel
import PostwatchRuntime
import Testing

@testable import Journeys

@Suite struct RunRecorderTests {
    /// Two steps: one of a second, one of four.
    private func recorder() -> RunRecorder {
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        let recorder = RunRecorder(timeout: .seconds(10), start: start)
        recorder.pass("accept", on: "smtp", at: start + .seconds(1))
        recorder.pass("arrival", on: "delivery", at: start + .seconds(5))
        return recorder
    }

    @Test(
        "A step is cut at a moment inside of it, or a little before it since clocks tell whole seconds",
        arguments: [
            (2_500, ["accept 0 1000", "outward 1000 1500", "return 2500 2500"]),
            (5_000, ["accept 0 1000", "outward 1000 4000", "return 5000 0"]),
            (300, ["accept 0 1000", "outward 1000 0", "return 1000 4000"]), (0, ["accept 0 1000", "arrival 1000 4000"]),
            (5_001, ["accept 0 1000", "arrival 1000 4000"]), (-90_000, ["accept 0 1000", "arrival 1000 4000"]),
        ])
    func division(milliseconds: Int, expected: [String]) {
        let recorder = recorder()
        recorder.divide("arrival", at: .milliseconds(milliseconds), into: ("outward", "return"))
        #expect(recorder.steps.map { "\($0.phase) \($0.offset.wholeMilliseconds) \($0.duration.wholeMilliseconds)" } == expected)
        #expect(recorder.steps.reduce(.zero) { $0 + $1.duration } == recorder.duration)
    }

    @Test("A step that is not there, or failed, is not cut")
    func noDivision() async {
        let recorder = recorder()
        recorder.divide("fetch", at: .seconds(2), into: ("a", "b"))
        #expect(recorder.steps.map(\.phase) == ["accept", "arrival"])
    }

    @Test("What is kept for the farewell is taken from the steps, not put behind the timeout")
    func reserve() {
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        let recorder = RunRecorder(timeout: .seconds(10), reserving: .seconds(1), start: start)
        #expect(recorder.timeout == .seconds(9))
        #expect(recorder.deadline == start + .seconds(9))
        #expect(recorder.end == start + .seconds(10))
    }

    @Test("A figure takes the place of one with the same labels")
    func figures() {
        let recorder = recorder()
        recorder.note(tlsVersion: "TLS 1.2")
        recorder.note(tlsVersion: "TLS 1.3")
        recorder.note(tlsVersion: "TLS 1.3")
        recorder.note(tlsVersion: nil)
        recorder.note("a", 1)
        recorder.note("a", 2)
        #expect(recorder.figures.map(\.value) == [1, 1, 2])
        #expect(recorder.figures.compactMap { $0.labels["version"] } == ["TLS 1.2", "TLS 1.3"])
    }

    @Test("None of several secrets is read in a failure")
    func secrets() {
        let recorder = recorder()
        for secret in ["first", "second", ""] { recorder.veil.hide(Secret(secret)) }
        recorder.fail("the first and the second")
        #expect(recorder.failure == "the •••• and the ••••")
    }
}
