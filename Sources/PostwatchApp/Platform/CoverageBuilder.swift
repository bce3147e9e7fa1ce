import Catalogue
import PostwatchModel
import PostwatchRuntime
import Rules

/// Finds out what is watched: the series that nodes sent lately, the rules and the journeys of the configuration.
struct CoverageBuilder: CoverageReading {
    let topology: Topology
    let listing: any SeriesListing
    let groups: [RuleGroup]
    let journeys: [JourneyPath]
    let world: World

    /// A node that sent nothing for so long is not measured.
    private static let window: Duration = .seconds(600)

    func coverage() async throws -> Coverage {
        let now = world.now()
        var metrics: [String: Set<String>] = [:]
        for node in topology.components.flatMap(\.nodes) {
            let ofNode = [LabelMatcher("instance", equals: node.name)]
            metrics[node.name] = Set(
                try await listing.labelValues(
                    of: LabelSet.metricNameLabel, [ofNode], from: now - Self.window, through: now, limit: nil))
        }
        return Coverage(of: topology, metrics: metrics, rules: rules, journeys: journeys)
    }

    // MARK: - Private

    private var rules: [RuleReads] {
        let all = groups.flatMap(\.rules)
        var recorded: [String: [[LabelMatcher]]] = [:]
        for case .recording(let rule) in all { recorded[rule.metric, default: []] += rule.query.selectors }
        return all.compactMap { rule in
            guard case .alerting(let alert) = rule else { return nil }
            let own = alert.query.selectors
            // What a recording rule reads is watched by whoever reads what it records.
            let through = own.flatMap { matchers in
                matchers.first { $0.name == LabelSet.metricNameLabel && $0.operation == .equal }.flatMap { recorded[$0.value] } ?? []
            }
            return RuleReads(name: alert.name, selectors: own + through)
        }
    }
}
