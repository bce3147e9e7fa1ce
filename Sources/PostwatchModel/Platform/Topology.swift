/// What the platform is made of and what leans on what: the map that triage reads to tell a cause from its consequences.
public struct Topology: Hashable, Sendable {
    /// A group of nodes with one role.
    public struct Component: Hashable, Sendable {
        public let name: String
        public let role: Role
        public let nodes: [Node]
        /// Names of components without which this one cannot do its work.
        public let dependsOn: [String]

        public init(name: String, role: Role, nodes: [Node], dependsOn: [String] = []) {
            self.name = name
            self.role = role
            self.nodes = nodes
            self.dependsOn = dependsOn
        }
    }

    /// One machine or instance of a component. Its name is the `instance` label of its series.
    public struct Node: Hashable, Sendable {
        public let name: String
        /// Host name or address that the outside reaches it by.
        public let address: String

        public init(name: String, address: String) {
            self.name = name
            self.address = address
        }
    }

    public let platform: String
    public let components: [Component]
    /// Journey name → names of the nodes that it passes through.
    public let journeyPaths: [String: [String]]

    public init(platform: String, components: [Component], journeyPaths: [String: [String]] = [:]) {
        self.platform = platform
        self.components = components
        self.journeyPaths = journeyPaths
    }

    public func component(named name: String) -> Component? {
        components.first { $0.name == name }
    }

    public func component(ofNode node: String) -> Component? {
        components.first { component in component.nodes.contains { $0.name == node } }
    }

    /// The names of all components that `name` leans on, directly or through others; not itself. Cycles are harmless.
    public func dependencies(of name: String) -> Set<String> {
        var found: Set<String> = []
        var frontier = component(named: name)?.dependsOn ?? []
        while let next = frontier.popLast() {
            guard next != name, found.insert(next).inserted else { continue }
            frontier += component(named: next)?.dependsOn ?? []
        }
        return found
    }
}
