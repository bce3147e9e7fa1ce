import PostwatchModel

/// A matrix on the overview: how many of its cells are well, and what the first that is not says.
struct MatrixCard {
    let name: String
    let kind: String
    /// For an address: names hold nothing that must be escaped there.
    let link: String
    let health: String
    /// `196 of 200 cells pass`
    let total: String
    /// `read-proxy-1-a from dublin: login refused`
    let failure: String?
    /// How many more fail.
    let others: String?
    let state: Overview.Health
    /// One for each cell, as in a picture of small squares.
    let marks: [Mark]

    struct Mark {
        let health: String
        let label: String
    }

    init(_ matrix: Overview.Matrix) {
        name = matrix.name
        kind = matrix.kind
        link = "/matrices/\(matrix.name)"
        let failing = matrix.cells.filter { $0.lastRun.map { !$0.isSuccess } ?? false }
        let passing = matrix.cells.count { $0.lastRun?.isSuccess == true }
        let waiting = matrix.cells.count - failing.count - passing
        state = !failing.isEmpty ? .down : passing == 0 || waiting > 0 ? .unknown : .up
        health = state.rawValue
        if matrix.cells.isEmpty {
            total = "no cells: name servers have told of none yet"
        } else {
            total =
                "\(passing) of \(matrix.cells.count) cells pass"
                + (failing.isEmpty ? "" : ", \(failing.count) fail") + (waiting == 0 ? "" : ", \(waiting) have not run yet")
        }
        failure = failing.first.map { cell in
            cell.name + (cell.vantage.map { " from \($0)" } ?? "") + ": " + (cell.lastRun?.failure ?? "failed")
        }
        others = failing.count > 1 ? "and \(failing.count - 1) more" : nil
        marks = matrix.cells.prefix(Self.mostMarks).map { cell in
            let health = cell.lastRun.map { $0.isSuccess ? "up" : "down" } ?? "unknown"
            return Mark(health: health, label: cell.name + (cell.vantage.map { " from \($0)" } ?? ""))
        }
    }

    // MARK: - Private

    /// More would be a page of squares.
    private static let mostMarks = 400
}
