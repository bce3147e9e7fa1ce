import PostwatchModel

/// What the overview template shows: an `Overview` in words, percentages and positions.
struct OverviewView {
    let verdict: String
    let verdictClass: String
    let at: String
    let clock: String
    let incidents: [IncidentLine]
    let journeys: [JourneyCard]
    let matrices: [MatrixCard]
    /// Neither journeys nor matrices.
    let isEmpty: Bool
    let components: [ComponentCard]

    init(_ overview: Overview) {
        let open = overview.incidents.filter(\.isOpen)
        let healths =
            overview.journeys.map { $0.lastRun.map { $0.isSuccess ? Overview.Health.up : .down } ?? .unknown }
            + overview.matrices.map { MatrixCard($0).state }
        let failing = healths.filter { $0 == .down }
        let waiting = healths.filter { $0 == .unknown }
        switch (open.count, failing.count) {
        case (1, _): (verdict, verdictClass) = ("One open incident", "down")
        case (2..., _): (verdict, verdictClass) = ("\(open.count) open incidents", "down")
        case (_, 1...): (verdict, verdictClass) = ("\(failing.count) of \(healths.count) journeys fail", "down")
        default:
            if healths.isEmpty {
                (verdict, verdictClass) = ("Nothing is watched yet", "unknown")
            } else if !waiting.isEmpty {
                (verdict, verdictClass) = ("Waiting for the first run of \(waiting.count) journeys", "unknown")
            } else {
                (verdict, verdictClass) = ("All \(healths.count) journeys are green", "up")
            }
        }
        at = overview.at.rfc3339
        clock = overview.at.clockText
        incidents = overview.incidents.map { IncidentLine($0, at: overview.at) }
        journeys = overview.journeys.map(JourneyCard.init)
        matrices = overview.matrices.map(MatrixCard.init)
        isEmpty = healths.isEmpty
        components = overview.components.map(ComponentCard.init)
    }
}

/// One incident in a list, and the head of its own page.
struct IncidentLine {
    let number: Int
    let title: String
    let state: String
    let severity: String
    let badge: String
    let place: String?
    let when: String

    init(_ incident: Incident, at now: Timestamp) {
        number = incident.number
        title = incident.title
        state = incident.state.rawValue
        severity = incident.severity.rawValue
        badge = incident.isOpen ? incident.severity.rawValue : "resolved"
        place = incident.component.map { ([$0] + incident.nodes).joined(separator: " · ") }
        if let resolvedAt = incident.resolvedAt {
            when = "\(incident.openedAt.clockText) UTC, lasted \((resolvedAt - incident.openedAt).coarseText)"
        } else {
            when = "since \(incident.openedAt.clockText) UTC, for \((now - incident.openedAt).coarseText)"
        }
    }
}

/// A component with its nodes.
struct ComponentCard {
    struct Figure {
        let name: String
        let value: String
        let level: String
    }

    struct NodeLine {
        let name: String
        let address: String
        let health: String
        let check: String
        let failure: String?
        let figures: [Figure]
    }

    let name: String
    let role: String
    let health: String
    let nodes: [NodeLine]

    init(_ component: Overview.Component) {
        name = component.name
        role = component.role.rawValue == component.name ? "" : component.role.rawValue
        health = component.nodes.contains { $0.health == .down } ? "down" : "up"
        nodes = component.nodes.map { node in
            NodeLine(
                name: node.name, address: node.address, health: node.health.rawValue,
                check: node.lastCheck.map { $0.isSuccess ? $0.duration.millisecondsText : "failed" } ?? "",
                failure: node.lastCheck?.failure, figures: Self.figures(of: node))
        }
    }

    // MARK: - Private

    private static func figures(of node: Overview.Node) -> [Figure] {
        var figures: [Figure] = []
        for (name, share) in [("CPU", node.cpu), ("memory", node.memory), ("disk", node.disk)] {
            guard let share else { continue }
            figures.append(Figure(name: name, value: "\(Int((share * 100).rounded())) %", level: share >= 0.9 ? "high" : ""))
        }
        if let depth = node.queueDepth {
            figures.append(Figure(name: "queue", value: "\(Int(depth))", level: ""))
        }
        if let age = node.oldestQueuedSeconds, age > 0 {
            figures.append(Figure(name: "oldest", value: Duration.seconds(age).coarseText, level: ""))
        }
        return figures
    }
}
