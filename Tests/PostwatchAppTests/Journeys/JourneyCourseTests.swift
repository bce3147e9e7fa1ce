import PostwatchModel
import Testing

@testable import PostwatchApp

@Suite("JourneyCourse")
struct JourneyCourseTests {
    private func run(at second: Double, failure: String? = nil) -> JourneyRun {
        JourneyRun(
            journey: "read", kind: "imap", vantage: "dublin", labels: ["matrix": "m"], startedAt: Timestamp(seconds: second),
            duration: .milliseconds(10), steps: [], failure: failure)
    }

    private func value(_ metric: String, _ samples: [Sample], state: String? = nil) -> Double? {
        samples.first { $0.labels.metricName == metric && $0.labels["state"] == state }?.value
    }

    @Test("a failure is told at once, the verdict when it is confirmed")
    func verdict() {
        let course = JourneyCourse(ConfirmationPolicy())
        _ = course.conclude(run(at: 0), isRepeat: false)
        let first = course.conclude(run(at: 60, failure: "no"), isRepeat: false)
        #expect(first.repeatAfter == .seconds(5) && first.state == .suspect && first.failingSince == Timestamp(seconds: 60))
        #expect(value("postwatch_journey_state", first.samples, state: "suspect") == 1)
        #expect(value("postwatch_journey_up", first.samples) == 1)
        #expect(course.conclude(run(at: 65, failure: "no"), isRepeat: true).repeatAfter == .seconds(5))
        let last = course.conclude(run(at: 70, failure: "no"), isRepeat: true)
        #expect(last.repeatAfter == nil && value("postwatch_journey_up", last.samples) == 0)
        #expect(last.samples.allSatisfy { $0.labels["journey"] == "read" && $0.labels["matrix"] == "m" })
    }

    @Test("one repeat is under way at a time, whatever beats bring meanwhile")
    func repeats() {
        let course = JourneyCourse(ConfirmationPolicy(repeats: 5))
        #expect(course.conclude(run(at: 0, failure: "no"), isRepeat: false).repeatAfter != nil)
        #expect(course.conclude(run(at: 1, failure: "no"), isRepeat: false).repeatAfter == nil)
        #expect(course.conclude(run(at: 5, failure: "no"), isRepeat: true).repeatAfter != nil)
        course.abandonRepeat()
        #expect(course.conclude(run(at: 6, failure: "no"), isRepeat: false).repeatAfter != nil)
        #expect(course.conclude(run(at: 7, failure: "no"), isRepeat: false).state == .down)
    }

    @Test("after a restart there is no verdict before the first is known")
    func restart() {
        let course = JourneyCourse(ConfirmationPolicy())
        #expect(value("postwatch_journey_up", course.conclude(run(at: 0, failure: "no"), isRepeat: false).samples) == nil)
    }

    @Test("runs that are under way are counted up to the limit")
    func inFlight() {
        let course = JourneyCourse(ConfirmationPolicy())
        #expect(course.begin(atMost: 1) && !course.begin(atMost: 1))
        course.end()
        #expect(course.begin(atMost: 1))
    }
}
