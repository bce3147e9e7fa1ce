import PostwatchModel
import PostwatchRuntime
import PromQL

/// Gathers the overview: what the nodes' agents last measured, the journeys' last runs, the incidents.
struct OverviewBuilder: OverviewReading {
    let topology: Topology
    let journeys: [JourneySummary]
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

        init(_ entry: JourneyPlan.Entry) {
            name = entry.configuration.name
            kind = entry.configuration.kind
            path = entry.configuration.path
            interval = entry.configuration.interval
        }
    }

    /// Resolved incidents stay on the page this long.
    private static let incidentMemory: Duration = .seconds(86_400)

    func overview() async throws -> Overview {
        let now = world.now()
        let measured = try await figures.read(with: engine, at: now)
        let listed = try await incidents.incidents(openOrResolvedSince: now - Self.incidentMemory)
        let accused = Set(listed.filter(\.isOpen).flatMap(\.nodes))
        return Overview(
            platform: topology.platform, at: now,
            components: topology.components.map { component in
                Overview.Component(
                    name: component.name, role: component.role,
                    nodes: component.nodes.map { node($0, measured: measured, isAccused: accused.contains($0.name)) })
            },
            journeys: shownJourneys(),
            incidents: listed.filter(\.isOpen) + listed.filter { !$0.isOpen })
    }

    // MARK: - Private

    /// The server's own in the order of its configuration, whether they have run or not; then those of other vantages.
    private func shownJourneys() -> [Overview.Journey] {
        let own = journeys.map { journey in
            let entry = board.entry(of: journey.name, from: Vantage.local)
            return Overview.Journey(
                name: journey.name, kind: journey.kind, path: journey.path, interval: journey.interval, lastRun: entry?.report.run,
                recent: entry?.recent ?? [])
        }
        let others = board.all().filter { $0.report.run.vantage != Vantage.local }.map { entry in
            Overview.Journey(
                name: entry.report.run.journey, kind: entry.report.run.kind, vantage: entry.report.run.vantage, path: entry.report.path,
                interval: entry.report.interval, lastRun: entry.report.run, recent: entry.recent)
        }
        return own + others
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
