import PostwatchModel

/// The map of the platform together with what journeys say about it right now.
struct PlatformView: Sendable {
    let topology: Topology
    private(set) var evidence: [JourneyEvidence] = []
    /// Names of all matrices with cells that fail, each with what explains that.
    private(set) var localisations: [String: Localisation] = [:]
    /// The same of what is confirmed: a cell that failed once counts as it was before.
    private(set) var confirmedLocalisations: [String: Localisation] = [:]
    /// A journey that is no cell has failed, and it is not known yet whether that was a blip.
    private(set) var isPlainUnsettled = false
    /// Paths of journeys that are no cells: those of the map, and those that only vantages know.
    private(set) var plainPaths: [String: [String]]
    /// Cells that failed lately, by matrix, as they were then; and those of which that was confirmed.
    private var recentFailures: [String: [CellID: JourneyEvidence]] = [:]
    private var recentConfirmedFailures: [String: [CellID: JourneyEvidence]] = [:]
    /// What was confirmed last of each cell.
    private var settled: [CellID: JourneyEvidence] = [:]
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
        (matrixOfCell, failingPaths, failingPlain, isPlainUnsettled) = ([:], [:], [], false)
        var matrices: [String: [JourneyEvidence]] = [:]
        for cell in evidence {
            guard let matrix = cell.matrix else {
                if plainPaths[cell.journey] == nil { plainPaths[cell.journey] = cell.path }
                if cell.isFailing { failingPlain.insert(cell.journey) }
                if !cell.isConfirmed { isPlainUnsettled = true }
                continue
            }
            plainPaths[cell.journey] = nil
            matrixOfCell[cell.journey] = matrix
            matrices[matrix, default: []].append(cell)
        }
        recentFailures = recentFailures.filter { matrices[$0.key] != nil }
        recentConfirmedFailures = recentConfirmedFailures.filter { matrices[$0.key] != nil }
        (localisations, confirmedLocalisations) = ([:], [:])
        let settledBefore = settled
        settled = [:]
        for (matrix, cells) in matrices {
            let all = Self.withRecentFailures(cells, &recentFailures[matrix, default: [:]])
            let known = settle(cells, knowing: settledBefore)
            let confirmed = Self.withRecentFailures(known, &recentConfirmedFailures[matrix, default: [:]])
            if all.contains(where: \.isFailing) {
                failingPaths[matrix] = Set(all.filter(\.isFailing).flatMap(\.path)).sorted()
                localisations[matrix] = Localisation(all)
            }
            guard confirmed.contains(where: \.isFailing) else { continue }
            confirmedLocalisations[matrix] = confirmed == all ? localisations[matrix] : Localisation(confirmed)
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

    /// Cells as they were when that was confirmed last; without those of which nothing was.
    private mutating func settle(_ cells: [JourneyEvidence], knowing before: [CellID: JourneyEvidence]) -> [JourneyEvidence] {
        cells.compactMap { cell in
            let id = CellID(journey: cell.journey, vantage: cell.vantage)
            let known = cell.isConfirmed ? cell : before[id]
            settled[id] = known
            return known
        }
    }

    /// Cells that are good again, as they were when they failed, unless that is long ago or all are good.
    private static func withRecentFailures(
        _ cells: [JourneyEvidence], _ recentFailures: inout [CellID: JourneyEvidence]
    ) -> [JourneyEvidence] {
        guard cells.contains(where: \.isFailing) else {
            recentFailures = [:]
            return cells
        }
        let newest = cells.compactMap(\.lastStartedAt).max()
        var failures = recentFailures.filter { _, failure in
            guard let newest, let last = failure.lastStartedAt else { return true }
            return newest - last <= memory
        }
        let told = cells.map { cell in
            let id = CellID(journey: cell.journey, vantage: cell.vantage)
            if cell.isFailing { failures[id] = cell }
            return failures[id] ?? cell
        }
        recentFailures = failures
        return told
    }
}

extension Event {
    /// The matrix that the journey is a cell of.
    var matrix: String? { labels["matrix"] }
}
