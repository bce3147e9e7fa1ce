import Testing

@testable import Collectors

@Suite("The ledger of processes")
struct ProcessLedgerTests {
    private var ledger = ProcessLedger(groupCount: 2)

    @Test("starts at 0, whatever the processes did before")
    mutating func start() throws {
        ledger.enter([(0, try process(1, ticks: (500, 100)))], at: 1000)
        #expect(ledger.totals == [.init(), .init()])
        ledger.enter([(0, try process(1, ticks: (530, 101)))], at: 2000)
        #expect(ledger.totals[0] == .init(userTicks: 30, systemTicks: 1, majorFaults: 0))
    }

    @Test("keeps what processes did that have ended")
    mutating func end() throws {
        ledger.enter([(0, try process(1, ticks: (0, 0))), (0, try process(2, ticks: (0, 0)))], at: 1000)
        ledger.enter([(0, try process(1, ticks: (70, 0))), (0, try process(2, ticks: (5, 0)))], at: 2000)
        ledger.enter([(0, try process(2, ticks: (6, 0)))], at: 3000)
        ledger.enter([], at: 4000)
        #expect(ledger.totals[0].userTicks == 76)
    }

    @Test("counts all that a process did which started between two rounds, and nothing of one that is old")
    mutating func newcomers() throws {
        ledger.enter([], at: 1000)
        ledger.enter([(0, try process(1, ticks: (40, 0), start: 1500)), (1, try process(2, ticks: (900, 0), start: 200))], at: 2000)
        #expect(ledger.totals.map(\.userTicks) == [40, 0])
    }

    @Test("does not take a new process for the old one that had its number")
    mutating func numbers() throws {
        ledger.enter([(0, try process(1, ticks: (500, 0), start: 10))], at: 1000)
        ledger.enter([(0, try process(1, ticks: (20, 0), start: 1500))], at: 2000)
        #expect(ledger.totals[0].userTicks == 20)
    }

    @Test("never falls, and gives the work to the group that the process is in by now")
    mutating func changes() throws {
        ledger.enter([(0, try process(1, ticks: (500, 9)))], at: 1000)
        ledger.enter([(1, try process(1, ticks: (520, 8)))], at: 2000)
        #expect(ledger.totals == [.init(), .init(userTicks: 20, systemTicks: 0, majorFaults: 0)])
    }

    private func process(_ number: Int, ticks: (Int, Int), start: Int = 100) throws -> ProcessStatus {
        let line = "\(number) (a) S 1 1 1 0 -1 0 0 0 0 0 \(ticks.0) \(ticks.1) 0 0 20 0 1 0 \(start) 0 0"
        return try #require(ProcessStatus(Array(line.utf8)[...]))
    }
}
