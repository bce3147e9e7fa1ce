import PostwatchModel

/// The map of the platform together with what journeys say about it right now.
struct PlatformView: Sendable {
    let topology: Topology
    private(set) var evidence: [JourneyEvidence] = []
    /// Names of all matrices with cells that fail, each with what explains that.
    private(set) var localisations: [String: Localisation] = [:]
    /// Paths of journeys that are no cells: those of the map, and those that only vantages know.
    private(set) var plainPaths: [String: [String]]
    private var matrixOfCell: [String: String] = [:]
    private var failingPaths: [String: [String]] = [:]
    private(set) var failingPlain: Set<String> = []

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
        localisations = matrices.filter { $0.value.contains(where: \.isFailing) }.mapValues { Localisation($0) }
        for (matrix, cells) in matrices {
            failingPaths[matrix] = Set(cells.filter(\.isFailing).flatMap(\.path)).sorted()
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
}

extension Event {
    /// The matrix that the journey is a cell of.
    var matrix: String? { labels["matrix"] }
}
