import PostwatchModel

/// The map of the platform together with what journeys say about it right now.
struct PlatformView: Sendable {
    let topology: Topology
    private(set) var evidence: [JourneyEvidence] = []
    /// Names of all matrices with cells that fail, each with what explains that.
    private(set) var localisations: [String: Localisation] = [:]
    /// Paths of journeys that are no cells: those of the map, and those that only vantages know.
    private(set) var plainPaths: [String: [String]]
    /// Cells that failed lately, by matrix, as they were then.
    private var recentFailures: [String: [CellID: JourneyEvidence]] = [:]
    private var matrixOfCell: [String: String] = [:]
    private var failingPaths: [String: [String]] = [:]
    private(set) var failingPlain: Set<String> = []

    private struct CellID: Hashable {
        let journey: String
        let vantage: String?
    }

    /// How long a cell that is good again still counts as failing, while others of its matrix fail: places recover cell by cell, and what is
    /// mended first says nothing about the cause.
    private static let memory = Duration.seconds(600)

    init(_ topology: Topology) {
        self.topology = topology
        plainPaths = topology.journeyPaths
    }

    mutating func learn(_ evidence: [JourneyEvidence]) {
        self.evidence = evidence
        plainPaths = topology.journeyPaths
        (matrixOfCell, failingPaths, failingPlain) = ([:], [:], [])
        var matrices: [String: [JourneyEvidence]] = [:]
        for cell in evidence {
            guard let matrix = cell.matrix else {
                if plainPaths[cell.journey] == nil { plainPaths[cell.journey] = cell.path }
                if cell.isFailing { failingPlain.insert(cell.journey) }
                continue
            }
            plainPaths[cell.journey] = nil
            matrixOfCell[cell.journey] = matrix
            matrices[matrix, default: []].append(cell)
        }
        recentFailures = recentFailures.filter { matrices[$0.key] != nil }
        localisations = [:]
        for (matrix, cells) in matrices {
            let cells = withRecentFailures(cells, of: matrix)
            guard cells.contains(where: \.isFailing) else { continue }
            failingPaths[matrix] = Set(cells.filter(\.isFailing).flatMap(\.path)).sorted()
            localisations[matrix] = Localisation(cells)
        }
    }

    /// Nodes on the way of a journey, of a cell, or of whatever fails of a matrix; `nil` when nothing is known of it.
    func path(of event: Event) -> [String]? {
        if let journey = event.journey {
            return plainPaths[journey] ?? evidence.first { $0.journey == journey }?.path ?? topology.journeyPaths[journey]
        }
        return event.matrix.flatMap { failingPaths[$0] }
    }

    /// The matrix that an event speaks of, as a whole or of one of its cells.
    func matrix(of event: Event) -> String? {
        event.matrix ?? event.journey.flatMap { matrixOfCell[$0] }
    }

    // MARK: - Private

    /// Cells that are good again, as they were when they failed, unless that is long ago or all are good.
    private mutating func withRecentFailures(_ cells: [JourneyEvidence], of matrix: String) -> [JourneyEvidence] {
        guard cells.contains(where: \.isFailing) else {
            recentFailures[matrix] = nil
            return cells
        }
        let newest = cells.compactMap(\.lastStartedAt).max()
        var failures = (recentFailures[matrix] ?? [:]).filter { _, failure in
            guard let newest, let last = failure.lastStartedAt else { return true }
            return newest - last <= Self.memory
        }
        let told = cells.map { cell in
            let id = CellID(journey: cell.journey, vantage: cell.vantage)
            if cell.isFailing { failures[id] = cell }
            return failures[id] ?? cell
        }
        recentFailures[matrix] = failures
        return told
    }
}

extension Event {
    /// The matrix that the journey is a cell of.
    var matrix: String? { labels["matrix"] }
}
