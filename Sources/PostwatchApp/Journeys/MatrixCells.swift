import Journeys
import PostwatchModel
import Synchronization

/// The cells of matrices whose cells name servers tell: which are wanted, and which run.
///
/// A cell that changes keeps its place: whoever tends it ends what ran there before the new one is made, since both keep the same books.
final class MatrixCells: Sendable {
    struct Cell: Sendable {
        let matrix: String
        let configuration: JourneyConfiguration
        /// Tells a cell from a later one of the same name.
        let number: Int
    }

    /// What another list of wanted cells means.
    struct Change: Sendable {
        /// Names of cells that are new, or not as they were.
        let fresh: [String]
        /// Of these those that nobody tends yet.
        let untended: [String]
        /// Cells whose name a journey or a cell of another matrix has, and that are left to it.
        let taken: [String]
    }

    private struct State {
        /// By the journey's name.
        var cells: [String: Cell] = [:]
        var running: [String: ScheduledJourney] = [:]
        var tended: Set<String> = []
        var made = 0
    }

    private let journeys: Set<String>
    private let state = Mutex(State())

    /// - Parameter journeys: names of those that no name server tells, which no cell may have: they keep the same books.
    init(besides journeys: some Sequence<String> = []) {
        self.journeys = Set(journeys)
    }

    /// Keeps cells that are as they were.
    func want(_ wanted: [JourneyConfiguration], of matrix: String) -> Change {
        state.withLock { state in
            let names = Set(wanted.map(\.name))
            state.cells = state.cells.filter { $0.value.matrix != matrix || names.contains($0.key) }
            var fresh: [String] = []
            var taken: [String] = []
            for configuration in wanted where state.cells[configuration.name]?.configuration != configuration {
                let name = configuration.name
                guard !journeys.contains(name), state.cells[name]?.matrix ?? matrix == matrix else {
                    taken.append(name)
                    continue
                }
                state.made += 1
                state.cells[name] = Cell(matrix: matrix, configuration: configuration, number: state.made)
                fresh.append(name)
            }
            let untended = fresh.filter { state.tended.insert($0).inserted }
            return Change(fresh: fresh, untended: untended, taken: taken)
        }
    }

    /// Runs whatever is wanted under a name, one cell after the other, until nothing is.
    func tend(_ name: String, _ run: (Cell) async throws -> Void) async rethrows {
        while let cell = next(of: name) { try await run(cell) }
    }

    private func next(of name: String) -> Cell? {
        state.withLock { state in
            if let cell = state.cells[name] { return cell }
            state.tended.remove(name)
            return nil
        }
    }

    func begin(_ cell: Cell, as journey: ScheduledJourney) {
        state.withLock { $0.running[cell.configuration.name] = journey }
    }

    func end(_ cell: Cell) {
        state.withLock { $0.running[cell.configuration.name] = nil }
    }

    /// Whether the cell is still wanted.
    func holds(_ cell: Cell) -> Bool {
        state.withLock { $0.cells[cell.configuration.name]?.number == cell.number }
    }

    /// Those that run.
    func running() -> [ScheduledJourney] {
        state.withLock { Array($0.running.values) }
    }

    /// Those that are wanted, by matrix and name.
    func wanted() -> [JourneyConfiguration] {
        state.withLock { Array($0.cells.values) }
            .sorted { ($0.matrix, $0.configuration.name) < ($1.matrix, $1.configuration.name) }.map(\.configuration)
    }
}
