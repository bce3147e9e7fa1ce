import Forwarding
import PostwatchModel
import Testing

@testable import PostwatchApp

@Suite("What an agent says of its sending")
struct ForwardingFiguresTests {
    @Test("is a series for each receiver and cargo, and everything that was lost is told by its reason")
    func series() {
        var status = ForwardingStatus()
        status.sent = 7
        status.pending = 3
        status.dropped = 1
        status.refused = 2
        status.damaged = 4
        status.unkept = 5
        let told = status
        let figures = ForwardingFigures(lines: [.init(cargo: "reports", url: "http://a.test/api/v1/reports") { told }])
        let samples = figures.measurements.flatMap { $0.samples(at: Timestamp(milliseconds: 0), with: ["instance": "mx-1"]) }
        let values = Dictionary(uniqueKeysWithValues: samples.map { ("\($0.labels)", $0.value) })
        let labels = #"cargo="reports", instance="mx-1""#
        #expect(values[#"postwatch_forwarding_sent_total{\#(labels), url="http://a.test/api/v1/reports"}"#] == 7)
        #expect(values[#"postwatch_forwarding_pending{\#(labels), url="http://a.test/api/v1/reports"}"#] == 3)
        for (reason, value) in [("full", 1.0), ("refused", 2), ("damaged", 4), ("unkept", 5)] {
            let name = #"postwatch_forwarding_lost_total{\#(labels), reason="\#(reason)", url="http://a.test/api/v1/reports"}"#
            #expect(values[name] == value, "\(values)")
        }
    }
}
