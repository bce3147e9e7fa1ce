import PostwatchModel

/// The page of one matrix: its cells, those that fail first.
struct MatrixView {
    let name: String
    let kind: String
    let health: String
    let total: String
    let cells: [JourneyCard]
    /// How many cells are not shown.
    let hidden: String?

    init(_ matrix: Overview.Matrix) {
        let card = MatrixCard(matrix)
        name = card.name
        kind = card.kind
        health = card.health
        total = card.total
        let failing = matrix.cells.filter { $0.lastRun.map { !$0.isSuccess } ?? false }
        let others = matrix.cells.filter { $0.lastRun.map(\.isSuccess) ?? true }
        cells = (failing + others).prefix(Self.mostCells).map(JourneyCard.init)
        hidden = matrix.cells.count > Self.mostCells ? "\(matrix.cells.count - Self.mostCells)" : nil
    }

    // MARK: - Private

    /// More than a browser draws at once.
    private static let mostCells = 1000
}
