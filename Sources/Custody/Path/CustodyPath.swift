import PostwatchModel

/// The hops of a message in order: each names the message as the next one does, the marks on the message name all, and what neither
/// connects goes by the clock.
struct CustodyPath {
    /// A message that passes more is in a loop.
    private static let mostHops = 30

    private(set) var hops: [PathHop] = []
    /// How many times it was put into a mailbox, as far as logs know.
    private(set) var savedCopies = 0

    private let passage: ProbePassage
    private var pool: [Transit]
    private var marks: ArraySlice<ProbePassage.Mark>

    init(_ passage: ProbePassage, _ transits: [Transit]) {
        self.passage = passage
        pool = Self.distinct(transits.filter { $0.probe == passage.probe })
        marks = passage.marks.prefix(Self.mostHops)[...]
        savedCopies = pool.filter { $0.software == .dovecot && $0.handover != nil }.count
        walk()
    }

    // MARK: - Private

    /// One report of each stay: that which knows most.
    private static func distinct(_ transits: [Transit]) -> [Transit] {
        var best: [String: Transit] = [:]
        for transit in transits {
            guard let known = best[transit.key] else {
                best[transit.key] = transit
                continue
            }
            if Self.knowledge(of: transit) >= Self.knowledge(of: known) { best[transit.key] = transit }
        }
        return best.values.sorted { ($0.receivedAt ?? $0.attempts.first?.at, $0.key) < ($1.receivedAt ?? $1.attempts.first?.at, $1.key) }
    }

    private static func knowledge(of transit: Transit) -> Int {
        transit.attemptCount * 4 + (transit.removedAt == nil ? 0 : 2) + (transit.activeAt == nil ? 0 : 1)
    }

    private mutating func walk() {
        var next = passage.queueID
        var neighbour: String? = Self.host(ofEndpoint: passage.acceptedBy)
        while hops.count < Self.mostHops {
            guard let hop = hop(named: next, by: neighbour) ?? unnamedHop() else { break }
            hops.append(hop)
            let handover = hop.transit?.handover
            next = hop.transit?.software == .dovecot ? nil : handover?.nextQueueID
            neighbour = handover.map { Self.host(ofRelay: $0.relay) }
            if hop.isStore { break }
        }
        if hops.last?.isStore != true, let store = pool.firstIndex(where: { $0.software == .dovecot }) {
            let transit = pool.remove(at: store)
            hops.append(PathHop(node: transit.node, queueID: transit.queueID, transit: transit, mark: nil))
        }
    }

    /// The hop at which the message has the name that the one before told.
    private mutating func hop(named id: String?, by neighbour: String?) -> PathHop? {
        guard let id else { return nil }
        let mark = takeMark(named: id)
        if let index = pool.firstIndex(where: { $0.queueID == id }) {
            let transit = pool.remove(at: index)
            return PathHop(node: transit.node, queueID: id, transit: transit, mark: mark)
        }
        // Its log is not known; the mark or the neighbour names it.
        return PathHop(node: mark?.host ?? neighbour ?? "the next hop", queueID: id, transit: nil, mark: mark)
    }

    /// Where the one before does not say: what left the next mark, else the earliest log that no other one points to.
    private mutating func unnamedHop() -> PathHop? {
        if let mark = marks.popFirst() {
            if let id = mark.queueID, let index = pool.firstIndex(where: { $0.queueID == id }) {
                let transit = pool.remove(at: index)
                return PathHop(node: transit.node, queueID: id, transit: transit, mark: mark)
            }
            if mark.isByLMTP, let index = pool.firstIndex(where: { $0.software == .dovecot }) {
                let transit = pool.remove(at: index)
                return PathHop(node: transit.node, queueID: transit.queueID, transit: transit, mark: mark)
            }
            return PathHop(node: mark.host, queueID: mark.queueID, transit: nil, mark: mark)
        }
        let pointedTo = Set(pool.compactMap { $0.handover?.nextQueueID })
        let isFree = { (transit: Transit) in transit.software != .dovecot && !pointedTo.contains(transit.queueID) }
        // Behind a hop that has not handed the message on there is none.
        if let last = hops.last?.transit, last.handover == nil { return nil }
        guard let index = pool.firstIndex(where: isFree) else { return nil }
        let transit = pool.remove(at: index)
        return PathHop(node: transit.node, queueID: transit.queueID, transit: transit, mark: nil)
    }

    private mutating func takeMark(named id: String) -> ProbePassage.Mark? {
        guard let index = marks.firstIndex(where: { $0.queueID == id }) else { return nil }
        defer { marks = marks[(index + 1)...] }
        return marks[index]
    }

    /// `mx-1.example.test` of `mx-1.example.test:25`.
    static func host(ofEndpoint endpoint: String) -> String {
        guard let colon = endpoint.lastIndex(of: ":") else { return endpoint }
        return String(endpoint[..<colon]).filter { $0 != "[" && $0 != "]" }
    }

    /// `mailstore-1.example.test` of `mailstore-1.example.test[192.0.2.41]:24`.
    static func host(ofRelay relay: String) -> String {
        String(relay.prefix { $0 != "[" && $0 != ":" && $0 != " " })
    }
}

/// Moments that may be unknown; those sort first.
private func < (left: (Timestamp?, String), right: (Timestamp?, String)) -> Bool {
    let (first, second) = (left.0?.milliseconds ?? .min, right.0?.milliseconds ?? .min)
    return first == second ? left.1 < right.1 : first < second
}
