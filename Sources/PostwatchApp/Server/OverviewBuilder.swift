import Journeys
import PostwatchModel
import PostwatchRuntime
import PromQL

/// Gathers the overview: what the nodes' agents last measured, the journeys' last runs, the incidents.
struct OverviewBuilder: OverviewReading {
    let topology: Topology
    /// Those of the configuration, cells that it names itself among them.
    let journeys: [JourneySummary]
    /// Those whose cells name servers tell.
    let matrices: [(name: String, kind: String)]
    /// The cells of these that run now.
    let cells: MatrixCells
    let board: JourneyBoard
    let engine: QueryEngine
    let incidents: any IncidentStoring
    let figures: NodeFigures
    let world: World

    /// What the overview shows of a journey beside its runs.
    struct JourneySummary: Sendable {
        let name: String
        let kind: String
        let path: [String]
        let interval: Duration
        let matrix: String?

        init(_ configuration: JourneyConfiguration) {
            name = configuration.name
            kind = configuration.kind
            path = configuration.path
            interval = configuration.interval
            matrix = configuration.labels["matrix"]
        }
    }

    /// Resolved incidents stay on the page this long.
    private static let incidentMemory: Duration = .seconds(86_400)

    func overview() async throws -> Overview {
        let now = world.now()
        let measured = try await figures.read(with: engine, at: now)
        let listed = try await incidents.incidents(openOrResolvedSince: now - Self.incidentMemory)
        let shown = shownJourneys(at: now)
        let accused = Set(listed.filter(\.isOpen).flatMap(\.nodes))
        return Overview(
            platform: topology.platform, at: now,
            components: topology.components.map { component in
                Overview.Component(
                    name: component.name, role: component.role,
                    nodes: component.nodes.map { node($0, measured: measured, isAccused: accused.contains($0.name)) })
            },
            journeys: shown.filter { $0.matrix == nil }.map(\.journey), matrices: shownMatrices(shown),
            incidents: listed.filter(\.isOpen) + listed.filter { !$0.isOpen })
    }

    // MARK: - Private

    /// A journey with the matrix that it is a cell of.
    private struct Shown {
        let matrix: String?
        let journey: Overview.Journey
    }

    /// The server's own in the order of its configuration, whether they have run or not; then those of other vantages, unless their vantage
    /// or the journey itself is gone.
    private func shownJourneys(at now: Timestamp) -> [Shown] {
        let own = (journeys + cells.wanted().map(JourneySummary.init)).map { journey in
            let entry = board.entry(of: journey.name, from: Vantage.local)
            return Shown(
                matrix: journey.matrix,
                journey: Overview.Journey(
                    name: journey.name, kind: journey.kind, path: journey.path, interval: journey.interval, lastRun: entry?.report.run,
                    recent: entry?.recent ?? []))
        }
        let others = board.all().filter { $0.report.run.vantage != Vantage.local && $0.isCurrent(at: now) }.map { entry in
            Shown(
                matrix: entry.report.run.labels["matrix"],
                journey: Overview.Journey(
                    name: entry.report.run.journey, kind: entry.report.run.kind, vantage: entry.report.run.vantage, path: entry.report.path,
                    interval: entry.report.interval, lastRun: entry.report.run, recent: entry.recent))
        }
        return own + others
    }

    /// In the order in which they are named first.
    private func shownMatrices(_ shown: [Shown]) -> [Overview.Matrix] {
        var names: [String] = []
        var cells: [String: [Overview.Journey]] = [:]
        for item in shown {
            guard let matrix = item.matrix else { continue }
            if cells[matrix] == nil { names.append(matrix) }
            cells[matrix, default: []].append(item.journey)
        }
        let waiting = matrices.filter { cells[$0.name] == nil }.map { Overview.Matrix(name: $0.name, kind: $0.kind, cells: []) }
        return names.map { Overview.Matrix(name: $0, kind: cells[$0]?.first?.kind ?? "", cells: cells[$0] ?? []) } + waiting
    }

    private func node(_ node: Topology.Node, measured: NodeFigures.Table, isAccused: Bool) -> Overview.Node {
        let check = board.lastRun(of: NodeCheck.journeyName(ofNode: node.name))
        let health: Overview.Health
        if isAccused || check.map({ !$0.isSuccess }) ?? false {
            health = .down
        } else {
            health = check != nil || measured.isKnown(node.name) ? .up : .unknown
        }
        return Overview.Node(
            name: node.name, address: node.address, health: health, cpu: measured[.cpu, node.name], memory: measured[.memory, node.name],
            disk: measured[.disk, node.name], queueDepth: measured[.queueDepth, node.name],
            oldestQueuedSeconds: measured[.oldestQueuedSeconds, node.name], lastCheck: check)
    }
}
