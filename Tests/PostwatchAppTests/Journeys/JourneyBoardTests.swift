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

    /// One that comes when it began.
    private func record(
        _ board: JourneyBoard, _ journey: String, from vantage: String, at second: Double, failure: String? = nil, takenAt: Double? = nil
    ) {
        board.record(report(journey, from: vantage, at: second, failure: failure), at: Timestamp(seconds: takenAt ?? second))
    }

    @Test("keeps the runs of each vantage apart")
    func vantages() {
        let board = JourneyBoard()
        record(board, "read", from: "server", at: 1)
        record(board, "read", from: "dublin", at: 2, failure: "refused")
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
        record(board, "read", from: "dublin", at: 10)
        record(board, "read", from: "dublin", at: 5, failure: "refused")
        record(board, "read", from: "dublin", at: 10)
        #expect(board.lastRun(of: "read", from: "dublin")?.isSuccess == true)
        #expect(board.entry(of: "read", from: "dublin")?.recent == [1, nil])
    }

    @Test("forgets what was silent for longest when it is full")
    func capacity() {
        let board = JourneyBoard(capacity: 2)
        for (name, second) in [("a", 3.0), ("b", 1), ("c", 2)] { record(board, name, from: "dublin", at: second) }
        #expect(board.lastReports().map(\.run.journey) == ["a", "c"])
    }

    @Test("is bounded in bytes whatever agents tell, and what the server itself runs stays")
    func bytes() {
        let board = JourneyBoard(mostBytes: 1 << 20)
        record(board, "own", from: "server", at: 0)
        let failure = String(repeating: "x", count: 10_000)
        for number in 0..<1000 { record(board, "\(number)", from: "dublin", at: Double(number), failure: failure) }
        #expect((85...105).contains(board.lastReports().count))
        #expect(board.lastRun(of: "own") != nil && board.lastRun(of: "999", from: "dublin") != nil)
        // A shorter report gives back what the one before took.
        for number in 900..<1000 { record(board, "\(number)", from: "dublin", at: 2000) }
        for number in 1000..<1050 { record(board, "\(number)", from: "dublin", at: 3000, failure: failure) }
        #expect(board.lastRun(of: "950", from: "dublin") != nil && board.lastReports().count > 140)
    }

    @Test("who is silent, and who failed last, is judged by the server's clock, not by those of vantages")
    func clocks() throws {
        let board = JourneyBoard(capacity: 2)
        record(board, "a", from: "ahead", at: 1_000_000, failure: "refused", takenAt: 10)
        record(board, "a", from: "behind", at: -1_000_000, failure: "timed out", takenAt: 20)
        #expect(board.failure(of: "a", from: nil) == "timed out")
        for (vantage, takenAt) in [("ahead", 10.0), ("behind", 20)] {
            let entry = try #require(board.entry(of: "a", from: vantage))
            #expect(entry.isCurrent(at: Timestamp(seconds: takenAt + 360)) && !entry.isCurrent(at: Timestamp(seconds: takenAt + 361)))
        }
        record(board, "a", from: "right", at: 30)
        #expect(board.lastReports().map(\.run.vantage) == ["behind", "right"])
    }

    @Test("makes room for many at once")
    func room() {
        let board = JourneyBoard(capacity: 100)
        for number in 0...100 { record(board, "\(number)", from: "dublin", at: Double(number)) }
        #expect(board.lastReports().count == 91)
        #expect(board.lastRun(of: "9", from: "dublin") == nil && board.lastRun(of: "10", from: "dublin") != nil)
    }
}
