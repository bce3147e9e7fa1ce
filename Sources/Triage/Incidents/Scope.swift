import PostwatchModel

/// What an event is about: the part of the platform that it accuses, or that it passes through.
enum Scope: Hashable, Sendable {
    /// A component, and one of its nodes when the event names it.
    case component(String, node: String?)
    /// A journey complains: any of the nodes on its path may be the cause.
    case journey(String, path: [String])
    /// The event names no place. Only its own kind belongs to it.
    case unplaced(String)

    init(of event: Event, in view: PlatformView) {
        let topology = view.topology
        if let node = event.node, let component = topology.component(ofNode: node)?.name ?? event.component {
            self = .component(component, node: node)
        } else if let journey = event.journey ?? event.matrix, let path = view.path(of: event), !path.isEmpty {
            self = .journey(journey, path: path)
        } else if let component = event.component {
            self = .component(component, node: event.node)
        } else {
            self = .unplaced(event.journey ?? event.matrix ?? event.name)
        }
    }

    /// Whether two troubles can have one cause: the same component, one that leans on the other, or a journey through it.
    func mayShareCause(with other: Scope, in topology: Topology) -> Bool {
        switch (self, other) {
        case (.component(let left, _), .component(let right, _)):
            return left == right || topology.dependencies(of: left).contains(right) || topology.dependencies(of: right).contains(left)
        case (.journey(_, let path), .component(let component, let node)), (.component(let component, let node), .journey(_, let path)):
            if let node, path.contains(node) { return true }
            let components = Set(path.compactMap { topology.component(ofNode: $0)?.name })
            // Another node of a component on the path is not on the path; but what the path leans on may stop it whole.
            if node == nil && components.contains(component) { return true }
            return components.contains { topology.dependencies(of: $0).contains(component) }
        case (.journey(_, let left), .journey(_, let right)):
            return !Set(left).isDisjoint(with: right)
        case (.unplaced(let left), .unplaced(let right)):
            return left == right
        case (.unplaced, _), (_, .unplaced):
            return false
        }
    }

    /// Whether a trouble at `cause` is enough to account for this one: the same place, something that this leans on, or a place on the
    /// way of this journey.
    func isExplained(by cause: Scope, in topology: Topology) -> Bool {
        switch (self, cause) {
        case (.component(let component, let node), .component(let other, let otherNode)):
            return (component == other && node == otherNode) || topology.dependencies(of: component).contains(other)
        case (.journey, .component):
            return mayShareCause(with: cause, in: topology)
        case (.journey(let name, _), .journey(let other, _)):
            return name == other
        case (.unplaced(let name), .unplaced(let other)):
            return name == other
        case (.component, .journey), (.component, .unplaced), (.journey, .unplaced), (.unplaced, _):
            return false
        }
    }
}
