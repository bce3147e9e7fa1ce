import PostwatchModel

/// Forms incidents from events: which belong together, when somebody is told, when it is over.
///
/// A pure machine: events and a moment in, changed incidents and pages out. The caller stores what came out before it keeps the
/// machine's new state, so that a failed write is decided again.
public struct IncidentTracker: Sendable {
    /// What one step decided.
    public struct Effects: Hashable, Sendable {
        /// Incidents that are new or have changed, by number.
        public var incidents: [Incident] = []
        public var pages: [Page] = []
    }

    public let policy: TriagePolicy
    public var topology: Topology { view.topology }
    /// Where pages go: one address for each way in which the route's receiver is told.
    public let addresses: [String]
    /// Open incidents, oldest first.
    public private(set) var openIncidents: [Incident]
    private var highestNumber: Int
    private var view: PlatformView
    /// What journeys say has changed since causes were named last.
    private var hasLearned = false

    /// - Parameters:
    ///   - addresses: where pages go; empty when nobody is to be told.
    ///   - restoring: incidents that were open when the state was last stored; resolved ones are ignored.
    ///   - highestNumber: of all incidents there ever were; 0 when there was none.
    public init(
        policy: TriagePolicy, topology: Topology, addresses: [String], restoring: [Incident] = [], highestNumber: Int = 0
    ) {
        self.policy = policy
        self.view = PlatformView(topology)
        self.addresses = addresses
        self.openIncidents = restoring.filter(\.isOpen).sorted { $0.number < $1.number }
        self.highestNumber = max(highestNumber, restoring.map(\.number).max() ?? 0)
    }

    /// Takes in what the last runs of all journeys say: from then on causes are looked for in the light of it.
    public mutating func learn(_ evidence: [JourneyEvidence]) {
        guard evidence != view.evidence else { return }
        view.learn(evidence)
        hasLearned = true
    }

    /// Takes in what was reported, and does what has become due by `now`. Call it on every beat, with or without events.
    public mutating func advance(with events: [Event], to now: Timestamp) -> Effects {
        var changed: Set<Int> = []
        // Events that name a place go first: journeys then join the incident of their cause instead of opening one of their own.
        for event in events.sorted(by: { rank($0) < rank($1) }) {
            switch event.state {
            case .firing: changed.insert(take(firing: event, at: now))
            case .resolved: if let number = take(resolved: event, at: now) { changed.insert(number) }
            }
        }
        if hasLearned { changed.formUnion(attributeAnew(at: now)) }
        hasLearned = false
        var effects = Effects()
        for index in openIncidents.indices {
            let page = settle(&openIncidents[index], at: now)
            if let page {
                effects.pages += page
                changed.insert(openIncidents[index].number)
            }
        }
        effects.incidents = openIncidents.filter { changed.contains($0.number) }
        openIncidents.removeAll { !$0.isOpen }
        return effects
    }

    // MARK: - Private

    private func rank(_ event: Event) -> Int {
        switch Scope(of: event, in: view) {
        case .component(_, .some): 0
        case .component(_, nil): 1
        case .journey: 2
        case .unplaced: 3
        }
    }

    private mutating func take(firing event: Event, at now: Timestamp) -> Int {
        if let index = openIncidents.firstIndex(where: { $0.events[event.id] != nil }) {
            let wasOver = openIncidents[index].events[event.id]?.state == .resolved
            openIncidents[index].events[event.id] = event
            if wasOver { openIncidents[index].note("\(event.name) is back: \(event.story)", at: now) }
            return attribute(&openIncidents[index], at: now)
        }
        if let index = openIncidents.firstIndex(where: { belongs(event, to: $0, at: now) }) {
            openIncidents[index].events[event.id] = event
            openIncidents[index].note("\(event.name) joined: \(event.story)", at: now)
            return attribute(&openIncidents[index], at: now)
        }
        highestNumber += 1
        var incident = Incident(
            number: highestNumber, severity: event.severity, component: nil, nodes: [], title: event.summary, openedAt: now)
        incident.events[event.id] = event
        incident.note("opened by \(event.name): \(event.story)", at: now)
        openIncidents.append(incident)
        return attribute(&openIncidents[openIncidents.count - 1], at: now)
    }

    private mutating func take(resolved event: Event, at now: Timestamp) -> Int? {
        guard let index = openIncidents.firstIndex(where: { $0.events[event.id] != nil }) else { return nil }
        guard let known = openIncidents[index].events[event.id], known.state == .firing else { return nil }
        var ended = event
        // Why it happened is worth knowing when it is over, too.
        ended.annotations["last_failure"] = known.lastFailure
        openIncidents[index].events[event.id] = ended
        openIncidents[index].note("\(event.name) is over: \(event.summary)", at: now)
        return openIncidents[index].number
    }

    private func belongs(_ event: Event, to incident: Incident, at now: Timestamp) -> Bool {
        let scope = Scope(of: event, in: view)
        if now - incident.openedAt <= policy.joinWindow {
            return incident.events.values.contains { scope.mayShareCause(with: Scope(of: $0, in: view), in: topology) }
        }
        return incident.events.values.contains { known in
            let isCurrent = known.endedAt.map { now - $0 <= policy.joinWindow } ?? true
            return isCurrent && scope.isExplained(by: Scope(of: known, in: view), in: topology)
        }
    }

    /// Incidents of matrices whose cause or title changes by what the cells say now; while something of them still fails.
    private mutating func attributeAnew(at now: Timestamp) -> [Int] {
        openIncidents.indices.compactMap { index in
            guard openIncidents[index].firingEvents.contains(where: { view.matrix(of: $0) != nil }) else { return nil }
            let before = openIncidents[index]
            _ = attribute(&openIncidents[index], at: now)
            return openIncidents[index] == before ? nil : before.number
        }
    }

    /// Names cause, severity and title anew from the events. The first name may rest on runs that failed once; it changes only by what is
    /// confirmed, so that blips do not send people from one place to another.
    private func attribute(_ incident: inout Incident, at now: Timestamp) -> Int {
        let events = Array(incident.events.values)
        let confirmed = Suspicion(events: events, in: view, isConfirmed: true)
        let suspicion = incident.component == nil ? Suspicion(events: events, in: view) : confirmed
        let isUnsettled = incident.component != nil && suspicion.isByElimination && view.isPlainUnsettled
        // Once a place is named, journeys that outlast it do not take the name away.
        if !isUnsettled && (suspicion.component != nil || incident.component == nil) {
            if let component = suspicion.component, component != incident.component, incident.component != nil {
                incident.noteOnce("the cause is now taken to be \(component)", at: now)
            }
            incident.component = suspicion.component
            incident.nodes = suspicion.nodes
            incident.title = suspicion.title
        }
        for cause in confirmed.causes where cause.isCertain {
            incident.noteOnce("which probes fail and which do not is explained by: \(cause)", at: now)
        }
        let severity = incident.firingEvents.map(\.severity).max() ?? incident.severity
        if severity > incident.severity { incident.note("severity rose to \(severity.rawValue)", at: now) }
        incident.severity = max(incident.severity, severity)
        return incident.number
    }

    /// Pages and resolves what is due. `nil` when nothing changed.
    private func settle(_ incident: inout Incident, at now: Timestamp) -> [Page]? {
        guard incident.firingEvents.isEmpty else { return page(ifDue: &incident, at: now) }
        let lastEnd = incident.events.values.compactMap(\.endedAt).max() ?? now
        guard now - lastEnd >= policy.resolveWait else { return nil }
        incident.state = .resolved
        incident.resolvedAt = now
        incident.note("resolved: everything has been well for \(policy.resolveWait.prometheusText)", at: now)
        guard incident.told != nil else { return [] }
        return pages(.resolved, of: incident, at: now)
    }

    private func page(ifDue incident: inout Incident, at now: Timestamp) -> [Page]? {
        guard !addresses.isEmpty, incident.severity >= policy.minimumSeverity, isDue(incident, at: now) else { return nil }
        let reason: Page.Reason = incident.told == nil ? .opened : .updated
        incident.told = Incident.Told(
            at: now, component: incident.component, nodes: incident.nodes, severity: incident.severity,
            count: (incident.told?.count ?? 0) + 1)
        incident.note("page (\(reason.rawValue)) written for \(addresses.joined(separator: ", "))", at: now)
        return pages(reason, of: incident, at: now)
    }

    private func isDue(_ incident: Incident, at now: Timestamp) -> Bool {
        guard let told = incident.told else {
            let wait = incident.component == nil ? policy.groupWait + policy.locateWait : policy.groupWait
            return now - incident.openedAt >= wait
        }
        let isWorse =
            incident.severity > told.severity || incident.component != told.component || !Set(incident.nodes).isSubset(of: told.nodes)
        return isWorse && now - told.at >= policy.groupWait
    }

    private func pages(_ reason: Page.Reason, of incident: Incident, at now: Timestamp) -> [Page] {
        addresses.map { Page(receiver: $0, reason: reason, incident: incident, writtenAt: now) }
    }
}

extension Incident {
    /// The same is not told twice.
    fileprivate mutating func noteOnce(_ text: String, at moment: Timestamp) {
        if !timeline.contains(where: { $0.text == text }) { note(text, at: moment) }
    }
}
