import PostwatchModel

/// An alerting rule, by what it reads.
public struct RuleReads: Hashable, Sendable {
    public let name: String
    /// The matchers of each of its selectors.
    public let selectors: [[LabelMatcher]]

    public init(name: String, selectors: [[LabelMatcher]]) {
        self.name = name
        self.selectors = selectors
    }

    /// Whether one of the selectors takes such a series of that node. Of labels that are not known here any value will do.
    func reads(_ metric: String, ofNode node: String, in component: String) -> Bool {
        selectors.contains { matchers in
            matchers.allSatisfy { matcher in
                switch matcher.name {
                case LabelSet.metricNameLabel: matcher.matches(metric)
                case "instance": matcher.matches(node)
                case "component": matcher.matches(component)
                default: true
                }
            }
        }
    }
}

/// A journey, by the nodes that it passes through.
public struct JourneyPath: Hashable, Sendable {
    public let name: String
    public let kind: String
    public let nodes: [String]

    public init(name: String, kind: String, nodes: [String]) {
        self.name = name
        self.kind = kind
        self.nodes = nodes
    }
}

extension Coverage {
    /// - Parameter metrics: The names of the series of each node that came lately, by the node's name.
    public init(of topology: Topology, metrics: [String: Set<String>], rules: [RuleReads], journeys: [JourneyPath]) {
        self.init(
            components: topology.components.map { component in
                let items = Catalogue.items(of: component.role)
                let wanted = Catalogue.journeys(of: component.role)
                let nodes = component.nodes.map { node in
                    Node(
                        name: node.name,
                        findings: items.map { item in
                            let present = item.metrics.filter { metrics[node.name]?.contains($0) ?? false }
                            // A rule about a metric that the node does not have watches nothing here.
                            let watching = rules.filter { rule in
                                present.contains { rule.reads($0, ofNode: node.name, in: component.name) }
                            }
                            // An alert may stand there twice, for two severities.
                            let names = watching.map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
                            return Finding(item: item, isMeasured: !present.isEmpty, rules: names)
                        },
                        journeys: journeys.filter { wanted.contains($0.kind) && $0.nodes.contains(node.name) }.map(\.name))
                }
                return Component(name: component.name, role: component.role, wantedJourneys: wanted, nodes: nodes)
            })
    }
}
