import Journeys
import MailClient
import PostwatchModel
import PostwatchRuntime
import PromQL
import RecordStore
import Rules
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("OverviewBuilder")
struct OverviewBuilderTests {
    private let clock: ManualClock
    private let world: World
    private let board = JourneyBoard()
    private let cells = MatrixCells()

    init() {
        clock = ManualClock()
        world = .manual(clock: clock)
    }

    private func configuration(_ name: String, matrix: String? = nil) -> JourneyConfiguration {
        var configuration = JourneyConfiguration(name: name, task: SMTPTask(SMTPAccess(server: Endpoint(host: "mx.test", port: 25))))
        if let matrix { configuration.labels = ["matrix": matrix] }
        return configuration
    }

    private func record(_ journey: String, from vantage: String, matrix: String? = nil, at moment: Timestamp) {
        let run = JourneyRun(
            journey: journey, kind: "smtp", vantage: vantage, labels: matrix.map { ["matrix": $0] } ?? [:], startedAt: moment,
            duration: .seconds(1), steps: [], failure: nil)
        board.record(JourneyReport(run: run, path: [], interval: .seconds(60)), at: run.finishedAt)
    }

    private func overview(_ journeys: [JourneyConfiguration], matrices: [(name: String, kind: String)] = []) async throws -> Overview {
        let directory = TestDirectory()
        let builder = OverviewBuilder(
            topology: Topology(platform: "test", components: []), journeys: journeys.map { OverviewBuilder.JourneySummary($0) },
            matrices: matrices, cells: cells, board: board, engine: QueryEngine(samples: MemorySamples()),
            incidents: try RecordStore(path: directory.path + "/records.sqlite"), figures: try NodeFigures(), world: world)
        return try await builder.overview()
    }

    @Test("cells are gathered by their matrix, those that name servers tell of among them")
    func matrices() async throws {
        let now = world.now()
        _ = cells.want([configuration("greet-mx1", matrix: "greet"), configuration("greet-mx2", matrix: "greet")], of: "greet")
        record("greet-mx1", from: Vantage.local, matrix: "greet", at: now)
        record("read-a", from: "dublin", matrix: "read", at: now)
        let found = try await overview(
            [configuration("send"), configuration("read-a", matrix: "read")], matrices: [("greet", "smtp"), ("far", "tcp")])
        #expect(found.journeys.map(\.name) == ["send"])
        #expect(found.matrices.map(\.name) == ["read", "greet", "far"])
        #expect(found.matrices.map { $0.cells.map(\.name) } == [["read-a", "read-a"], ["greet-mx1", "greet-mx2"], []])
        #expect(found.matrices.map(\.kind) == ["smtp", "smtp", "tcp"])
        #expect(found.matrices[0].cells.map(\.vantage) == [nil, "dublin"])
        #expect(found.matrices[1].cells.map { $0.lastRun != nil } == [true, false])
    }

    @Test("what no vantage runs any more is not shown for ever")
    func gone() async throws {
        let now = world.now()
        record("removed", from: Vantage.local, at: now)
        record("elsewhere", from: "dublin", at: now)
        #expect(try await overview([]).journeys.map(\.name) == ["elsewhere"])
        clock.advance(by: .seconds(300))
        #expect(try await overview([]).journeys.map(\.name) == ["elsewhere"])
        clock.advance(by: .seconds(120))
        #expect(try await overview([]).journeys.isEmpty)
    }
}
