import PostwatchModel
import Testing

@testable import PostwatchApp

@Suite("JourneyBoard")
struct JourneyBoardTests {
    private func report(_ journey: String, from vantage: String, at second: Double, failure: String? = nil) -> JourneyReport {
        let run = JourneyRun(
            journey: journey, kind: "imap", vantage: vantage, startedAt: Timestamp(seconds: second), duration: .seconds(1), steps: [],
            failure: failure)
        return JourneyReport(run: run, path: ["mx-1"], interval: .seconds(60))
    }

    @Test("keeps the runs of each vantage apart")
    func vantages() {
        let board = JourneyBoard()
        board.record(report("read", from: "server", at: 1))
        board.record(report("read", from: "dublin", at: 2, failure: "refused"))
        #expect(board.lastRun(of: "read")?.failure == nil)
        #expect(board.failure(of: "read", from: "dublin") == "refused")
        #expect(board.failure(of: "read", from: "server") == nil)
        #expect(board.failure(of: "read", from: nil) == "refused")
        #expect(board.failure(of: "read", from: "paris") == nil)
        #expect(board.lastReports().map(\.run.vantage) == ["dublin", "server"])
    }

    @Test("a run that comes late does not replace a newer one, one that comes twice counts once")
    func order() {
        let board = JourneyBoard()
        board.record(report("read", from: "dublin", at: 10))
        board.record(report("read", from: "dublin", at: 5, failure: "refused"))
        board.record(report("read", from: "dublin", at: 10))
        #expect(board.lastRun(of: "read", from: "dublin")?.isSuccess == true)
        #expect(board.entry(of: "read", from: "dublin")?.recent == [1, nil])
    }

    @Test("forgets what was silent for longest when it is full")
    func capacity() {
        let board = JourneyBoard(capacity: 2)
        for (name, second) in [("a", 3.0), ("b", 1), ("c", 2)] { board.record(report(name, from: "dublin", at: second)) }
        #expect(board.lastReports().map(\.run.journey) == ["a", "c"])
    }

    @Test("is bounded in bytes whatever agents tell, and what the server itself runs stays")
    func bytes() {
        let board = JourneyBoard(mostBytes: 1 << 20)
        board.record(report("own", from: "server", at: 0))
        let failure = String(repeating: "x", count: 10_000)
        for number in 0..<1000 { board.record(report("\(number)", from: "dublin", at: Double(number), failure: failure)) }
        #expect((90...110).contains(board.lastReports().count))
        #expect(board.lastRun(of: "own") != nil && board.lastRun(of: "999", from: "dublin") != nil)
        // A shorter report gives back what the one before took.
        for number in 900..<1000 { board.record(report("\(number)", from: "dublin", at: 2000)) }
        for number in 1000..<1050 { board.record(report("\(number)", from: "dublin", at: 3000, failure: failure)) }
        #expect(board.lastReports().count == 151)
    }
}
