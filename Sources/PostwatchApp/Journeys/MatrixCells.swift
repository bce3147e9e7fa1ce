import Journeys
import PostwatchModel
import Synchronization

/// The cells that run now of matrices whose cells name servers tell.
final class MatrixCells: Sendable {
    struct Cell: Sendable {
        let matrix: String
        let configuration: JourneyConfiguration
        /// Tells a cell from a later one of the same name.
        let number: Int
        let journey: ScheduledJourney
    }

    private struct State {
        /// By the journey's name.
        var cells: [String: Cell] = [:]
        var made = 0
    }

    private let state = Mutex(State())

    /// Keeps cells that are as they were, and makes the others. Returns those that are new. Throws what `make` throws; then all stays.
    func replace(
        _ wanted: [JourneyConfiguration], of matrix: String, make: (JourneyConfiguration) throws -> ScheduledJourney
    ) throws -> [Cell] {
        let known = state.withLock { $0.cells }
        let fresh = try wanted.filter { known[$0.name]?.configuration != $0 }.map { ($0, try make($0)) }
        let names = Set(wanted.map(\.name))
        return state.withLock { state in
            state.cells = state.cells.filter { $0.value.matrix != matrix || names.contains($0.key) }
            return fresh.map { configuration, journey in
                state.made += 1
                let cell = Cell(matrix: matrix, configuration: configuration, number: state.made, journey: journey)
                state.cells[configuration.name] = cell
                return cell
            }
        }
    }

    /// Whether the cell is still wanted.
    func holds(_ cell: Cell) -> Bool {
        state.withLock { $0.cells[cell.configuration.name]?.number == cell.number }
    }

    func all() -> [ScheduledJourney] {
        state.withLock { Array($0.cells.values) }.map(\.journey)
    }
}
