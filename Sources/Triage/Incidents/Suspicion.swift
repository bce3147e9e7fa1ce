import PostwatchModel

/// The cause that the events of an incident point at: the component that leans on no other accused one. Cells of a matrix accuse what explains
/// which of them fail; and while only other journeys complain, the nodes count that explain which of those fail and which do not.
struct Suspicion: Hashable, Sendable {
    /// `nil` while only journeys complain and more than one component may be to blame.
    let component: String?
    /// Accused nodes of that component, sorted.
    let nodes: [String]
    /// The event that speaks for the incident.
    let speaker: Event
    /// What explains failing cells of matrices. Empty without matrices.
    let causes: [Localisation.Cause]
    /// The nodes are those that explain which journeys fail and which do not: no event and no matrix names a place.
    let isByElimination: Bool

    /// `considered` must not be empty. What is over already counts too: a cause may end before its consequences do.
    /// - Parameter isConfirmed: cells of matrices count as they were when that was confirmed last.
    init(events considered: [Event], in view: PlatformView, isConfirmed: Bool = false) {
        precondition(!considered.isEmpty, "an incident has at least one event")
        let topology = view.topology
        var accused: [String: [Accusation]] = [:]
        for event in considered {
            guard case .component(let component, let node) = Scope(of: event, in: view) else { continue }
            accused[component, default: []].append(Accusation(event: event, nodes: node.map { [$0] } ?? []))
        }
        let localised = Self.localised(considered, isConfirmed ? view.confirmedLocalisations : view.localisations, in: view)
        for (component, accusations) in localised.accused { accused[component, default: []] += accusations }
        let deepest = accused.keys.filter { topology.dependencies(of: $0).isDisjoint(with: accused.keys) }
        // A cycle of dependencies leaves nobody deepest; then all of them are candidates.
        let candidates = deepest.isEmpty ? Array(accused.keys) : deepest
        let ranked = candidates.sorted { left, right in
            let (first, second) = (Self.weight(accused[left] ?? []), Self.weight(accused[right] ?? []))
            return first == second ? left < right : first > second
        }
        let own = ranked.first.flatMap { accused[$0]?.map(\.event) } ?? considered
        isByElimination = ranked.isEmpty
        if let component = ranked.first {
            self.component = component
            nodes = Set((accused[component] ?? []).flatMap(\.nodes)).sorted()
        } else {
            let suspects = Self.nodesThatExplain(considered, in: view)
            let components = Set(suspects.compactMap { topology.component(ofNode: $0)?.name })
            component = components.count == 1 ? components.first : nil
            nodes = component == nil ? [] : suspects
        }
        causes = localised.causes
        speaker = own.max { Self.speaksLess($0, $1) } ?? considered[0]
    }

    /// `mailstore-1: does not answer its checks`
    var title: String {
        let known = nodes.isEmpty ? component.map { [$0] } ?? causes.map { "\($0)" } : nodes
        guard let first = known.first, !speaker.summary.contains(first) else { return speaker.summary }
        return "\(known.joined(separator: ", ")): \(speaker.summary)"
    }

    // MARK: - Private

    private struct Accusation {
        let event: Event
        let nodes: [String]
    }

    /// Components that failing cells of matrices accuse, and all that explains these cells. What cannot be told apart accuses nobody
    /// unless it is all of one component.
    private static func localised(
        _ events: [Event], _ localisations: [String: Localisation], in view: PlatformView
    ) -> (accused: [String: [Accusation]], causes: [Localisation.Cause]) {
        var accused: [String: [Accusation]] = [:]
        var causes: [Localisation.Cause] = []
        var seen: Set<String> = []
        for event in events {
            guard let matrix = view.matrix(of: event), seen.insert(matrix).inserted else { continue }
            for cause in localisations[matrix]?.causes ?? [] {
                causes.append(cause)
                let nodes = cause.suspects.flatMap(\.nodes)
                let components = Set(nodes.map { view.topology.component(ofNode: $0)?.name })
                guard components.count == 1, let component = components.first ?? nil else { continue }
                accused[component, default: []].append(Accusation(event: event, nodes: nodes))
            }
        }
        return (accused, causes)
    }

    /// Nodes on the path of every journey that fails and of none that does not; sorted. A check of a single node acquits nobody: it
    /// looks at the greeting, and a node may greet and refuse all the same.
    private static func nodesThatExplain(_ events: [Event], in view: PlatformView) -> [String] {
        let paths = view.plainPaths.filter { $0.value.count > 1 }
        let failing = Set(events.compactMap(\.journey)).intersection(paths.keys)
        guard let first = failing.first else { return [] }
        var suspects = Set(paths[first] ?? [])
        for (journey, path) in paths {
            if failing.contains(journey) {
                suspects.formIntersection(path)
            } else if !view.failingPlain.contains(journey) {
                // One that has begun to fail, and is not confirmed yet, speaks for nobody.
                suspects.subtract(path)
            }
        }
        return suspects.sorted()
    }

    private static func weight(_ accusations: [Accusation]) -> Weight {
        Weight(severity: accusations.map(\.event.severity).max() ?? .info, count: accusations.count)
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
