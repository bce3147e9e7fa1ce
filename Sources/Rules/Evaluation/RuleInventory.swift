import PostwatchModel

/// What there should be, whether it is measured or not: the nodes of the configured platform.
public struct RuleInventory: Hashable, Sendable {
    /// The label that names a node.
    private static let nodeLabel = "instance"

    private let names: Set<String>

    public init() {
        names = []
    }

    /// Nodes are known by their names and by their addresses.
    public init(_ topology: Topology) {
        names = Set(topology.components.flatMap(\.nodes).flatMap { [$0.name, $0.address] })
    }

    /// Whether the labels are those of a node, with or without a port.
    func lists(_ labels: LabelSet) -> Bool {
        guard let instance = labels[Self.nodeLabel] else { return false }
        return names.contains(instance) || names.contains(HostText.withoutPort(instance))
    }
}
