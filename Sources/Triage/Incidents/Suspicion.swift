import PostwatchModel

/// The cause that the events of an incident point at: the component that leans on no other accused one; and while only journeys
/// complain, the nodes that explain which of them fail and which do not.
struct Suspicion: Hashable, Sendable {
    /// `nil` while only journeys complain and more than one component may be to blame.
    let component: String?
    /// Accused nodes of that component, sorted.
    let nodes: [String]
    /// The event that speaks for the incident.
    let speaker: Event

    /// `considered` must not be empty. What is over already counts too: a cause may end before its consequences do.
    init(events considered: [Event], topology: Topology) {
        precondition(!considered.isEmpty, "an incident has at least one event")
        var accused: [String: [Event]] = [:]
        for event in considered {
            if case .component(let component, _) = Scope(of: event, in: topology) { accused[component, default: []].append(event) }
        }
        let deepest = accused.keys.filter { topology.dependencies(of: $0).isDisjoint(with: accused.keys) }
        // A cycle of dependencies leaves nobody deepest; then all of them are candidates.
        let candidates = deepest.isEmpty ? Array(accused.keys) : deepest
        let ranked = candidates.sorted { left, right in
            let (first, second) = (Self.weight(accused[left] ?? []), Self.weight(accused[right] ?? []))
            return first == second ? left < right : first > second
        }
        let own = ranked.first.flatMap { accused[$0] } ?? considered
        if let component = ranked.first {
            self.component = component
            nodes = Set(own.compactMap(\.node)).sorted()
        } else {
            let suspects = Self.nodesThatExplain(considered, in: topology)
            let components = Set(suspects.compactMap { topology.component(ofNode: $0)?.name })
            component = components.count == 1 ? components.first : nil
            nodes = component == nil ? [] : suspects
        }
        speaker = own.max { Self.speaksLess($0, $1) } ?? considered[0]
    }

    /// `mailstore-1: does not answer its checks`
    var title: String {
        let place = nodes.isEmpty ? component : nodes.joined(separator: ", ")
        guard let place, !speaker.summary.contains(nodes.first ?? place) else { return speaker.summary }
        return "\(place): \(speaker.summary)"
    }

    // MARK: - Private

    /// Nodes on the path of every journey that fails and of none that does not; sorted. A check of a single node acquits nobody: it
    /// looks at the greeting, and a node may greet and refuse all the same.
    private static func nodesThatExplain(_ events: [Event], in topology: Topology) -> [String] {
        let paths = topology.journeyPaths.filter { $0.value.count > 1 }
        let failing = Set(events.compactMap(\.journey)).intersection(paths.keys)
        guard let first = failing.first else { return [] }
        var suspects = Set(paths[first] ?? [])
        for (journey, path) in paths {
            if failing.contains(journey) { suspects.formIntersection(path) } else { suspects.subtract(path) }
        }
        return suspects.sorted()
    }

    private static func weight(_ events: [Event]) -> Weight {
        Weight(severity: events.map(\.severity).max() ?? .info, count: events.count)
    }

    private struct Weight: Comparable {
        let severity: Severity
        let count: Int

        static func < (left: Weight, right: Weight) -> Bool {
            left.severity == right.severity ? left.count < right.count : left.severity < right.severity
        }
    }

    private static func speaksLess(_ left: Event, _ right: Event) -> Bool {
        if left.severity != right.severity { return left.severity < right.severity }
        if left.startedAt != right.startedAt { return left.startedAt > right.startedAt }
        return left.id > right.id
    }
}
