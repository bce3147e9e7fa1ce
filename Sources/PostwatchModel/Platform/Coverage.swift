/// What of the catalogue is measured, has a rule and has a journey, component by component and node by node.
public struct Coverage: Hashable, Sendable {
    /// One item on one node.
    public struct Finding: Hashable, Sendable {
        public let item: CatalogueItem
        public let isMeasured: Bool
        /// Names of alerting rules that look at what is measured of it.
        public let rules: [String]

        public init(item: CatalogueItem, isMeasured: Bool, rules: [String]) {
            self.item = item
            self.isMeasured = isMeasured
            self.rules = rules
        }
    }

    public struct Node: Hashable, Sendable {
        public let name: String
        /// In the order of the catalogue.
        public let findings: [Finding]
        /// Names of journeys that show that this node does its work.
        public let journeys: [String]

        public init(name: String, findings: [Finding], journeys: [String]) {
            self.name = name
            self.findings = findings
            self.journeys = journeys
        }
    }

    public struct Component: Hashable, Sendable {
        public let name: String
        public let role: Role
        /// Kinds of journeys of which at least one should pass through every node.
        public let wantedJourneys: [String]
        public let nodes: [Node]

        public init(name: String, role: Role, wantedJourneys: [String], nodes: [Node]) {
            self.name = name
            self.role = role
            self.wantedJourneys = wantedJourneys
            self.nodes = nodes
        }
    }

    public let components: [Component]

    public init(components: [Component]) {
        self.components = components
    }

    /// How many of the basics are measured, of how many there are, on all nodes.
    public var basics: (measured: Int, all: Int) {
        let findings = components.flatMap(\.nodes).flatMap(\.findings).filter { $0.item.level == .basics }
        return (findings.count { $0.isMeasured }, findings.count)
    }
}

/// Tells what is watched and what is not, right now.
public protocol CoverageReading: Sendable {
    func coverage() async throws -> Coverage
}
