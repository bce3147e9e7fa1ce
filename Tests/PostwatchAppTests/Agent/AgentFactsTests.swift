import Collectors
import Logging
import PostwatchRuntime
import Testing

@testable import PostwatchApp

@Suite struct AgentFactsTests {
    @Test("what an agent counts of itself is among what it pushes, from 0 on, and what only servers count is not")
    func counters() {
        let telemetry = Telemetry(facts: Facts.agent)
        telemetry.count(JourneySamplesLost(journey: "inbound", reason: "the disk is full"))
        let values = Dictionary(uniqueKeysWithValues: telemetry.measurements.map { ($0.name, $0.points.map(\.value)) })
        #expect(values["postwatch_journey_samples_lost_total"] == [1])
        #expect(values["postwatch_probe_messages_not_told_total"] == [0])
        #expect(values["postwatch_probe_bounce_mailbox_failures_total"] == [0])
        #expect(values["postwatch_pages_delivered_total"] == nil)
    }
}
