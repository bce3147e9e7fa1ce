import Foundation
import Journeys
import Logging
import PostwatchModel
import PostwatchRuntime
import RecordStore
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("Why a journey fails")
struct JourneyFailuresTests {
    private let directory = TestDirectory()
    private let clock = ManualClock()
    private let start = Timestamp(milliseconds: 1_767_225_600_000)
    private let board = JourneyBoard()
    private let news: ProbeNewsDesk
    private let failures: JourneyFailures

    init() throws {
        let world = World.manual(clock: clock)
        let telemetry = Telemetry(facts: Facts.server)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let records = try RecordStore(path: directory.path + "/records.sqlite")
        news = ProbeNewsDesk(telemetry: telemetry, logger: logger, world: world)
        failures = JourneyFailures(
            news: news, board: board,
            custody: CustodyDesk(store: records, books: records, world: world, telemetry: telemetry, logger: logger))
    }

    private func lost(_ id: String, _ journey: String, from vantage: String, at moment: Timestamp? = nil) -> ProbeRecord {
        var record = ProbeRecord(id: id, journey: journey, vantage: vantage, begunAt: start, stage: .settled(.lost))
        record.acceptedAt = start
        record.server = "mx-1:25"
        record.queueID = "3F"
        record.settledAt = moment ?? start
        return record
    }

    private func fail(_ journey: String, from vantage: String, _ failure: String?) {
        let run = JourneyRun(
            journey: journey, kind: "inbound", vantage: vantage, startedAt: start, duration: .seconds(1), steps: [], failure: failure)
        board.record(JourneyReport(run: run, path: [], interval: .seconds(60)), at: start)
    }

    @Test("a loss explains what is seen from where the message was sent, by that journey, and nothing else")
    func place() {
        news.take(.lost(lost("a", "in-1", from: "dublin")))
        fail("in-1", from: "berlin", "refused by mx-1")
        #expect(failures.sentence(of: "in-1", from: "dublin")?.hasPrefix("the message a, accepted by mx-1:25 (queued as 3F)") == true)
        #expect(failures.sentence(of: "in-1", from: "berlin") == "refused by mx-1")
        #expect(failures.sentence(of: "in-1", from: "oslo") == nil)
        #expect(failures.sentence(of: "in-2", from: "dublin") == nil)
        // An event of all vantages is explained by where it failed last.
        #expect(failures.sentence(of: "in-1", from: nil) == "refused by mx-1")
        fail("in-1", from: "berlin", nil)
        #expect(failures.sentence(of: "in-1", from: nil)?.hasPrefix("the message a,") == true)
    }

    @Test("losses that agents tell are bounded, and the newest stay, without looking at all of them for each")
    func bounded() {
        for number in 0..<30_000 {
            news.remember(lost("\(number)", "in-\(number)", from: "dublin", at: start - .milliseconds(30_000 - number)))
        }
        let known = (0..<30_000).filter { news.loss(of: "in-\($0)", from: "dublin") != nil }
        #expect((9000...10_000).contains(known.count) && known.first == 30_000 - known.count)
    }

    @Test("of several losses of a journey each is explained by itself")
    func several() {
        let (older, newer) = (lost("a", "in-1", from: "dublin"), lost("b", "in-1", from: "dublin", at: start + .seconds(10)))
        clock.advance(by: .seconds(20))
        for record in [newer, older] { news.remember(record) }
        #expect(news.explanation(of: older)?.hasPrefix("the message a,") == true)
        #expect(news.explanation(of: newer) == news.loss(of: "in-1", from: "dublin"))
        clock.advance(by: .seconds(885))
        #expect(news.explanation(of: older) == nil && news.explanation(of: newer) != nil)
    }

    @Test("a loss explains for a quarter of an hour from when it was booked, however late it is told, and not once the message is found")
    func time() {
        news.take(.lost(lost("a", "in-1", from: "dublin")))
        clock.advance(by: .seconds(901))
        #expect(failures.sentence(of: "in-1", from: "dublin") == nil)
        news.take(.lost(lost("b", "in-1", from: "dublin")))
        #expect(failures.sentence(of: "in-1", from: "dublin") == nil)
        let found = lost("c", "in-1", from: "dublin", at: start + .seconds(901))
        news.take(.lost(found))
        #expect(failures.sentence(of: "in-1", from: "dublin") != nil)
        news.take(.found(found))
        #expect(failures.sentence(of: "in-1", from: "dublin") == nil)
    }
}
