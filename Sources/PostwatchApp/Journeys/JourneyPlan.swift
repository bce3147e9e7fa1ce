import Journeys
import PostwatchModel

/// Every journey that a configuration asks for: those written down, and a check for each node of a component that has one.
struct JourneyPlan: Sendable {
    struct Entry: Sendable {
        let configuration: JourneyConfiguration
        /// Labels of its series: `component` and `instance` of a node check, the axes of a cell of a matrix.
        let labels: LabelSet
        let isNodeCheck: Bool
    }

    let entries: [Entry]

    /// What an agent runs: it knows of no platform.
    init(_ journeys: [JourneyConfiguration]) {
        entries = journeys.map { Entry(configuration: $0, labels: $0.labels, isNodeCheck: false) }
    }

    init(_ configuration: ServerConfiguration) {
        let checks = configuration.platform.components.flatMap { component in
            component.nodes.compactMap { node in
                component.check.map { check in
                    Entry(
                        configuration: check.journey(to: node), labels: ["component": component.name, "instance": node.name],
                        isNodeCheck: true)
                }
            }
        }
        entries = JourneyPlan(configuration.journeys).entries + checks
    }

    /// Makes every journey. Throws `UnusableJourney`.
    func schedule(by factory: JourneyFactory) throws -> [ScheduledJourney] {
        try entries.map { try ScheduledJourney($0.configuration, labels: $0.labels, madeBy: factory) }
    }

    /// Journey name → nodes that it passes through.
    var paths: [String: [String]] {
        Dictionary(entries.map { ($0.configuration.name, $0.configuration.path) }) { first, _ in first }
    }
}
