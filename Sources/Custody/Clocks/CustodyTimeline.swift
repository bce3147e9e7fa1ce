import PostwatchModel

/// When each thing on a message's way really happened, in seconds since the start of the run by the probe's clock, and how far the clocks
/// of the hops are off.
///
/// What is certain: the probe's own times; the order of things; the durations that hops measured, which no wrong clock spoils; and that
/// what one hop hands over another takes at that time. Stamps of a hop hold but for one unknown, its clock. All of that are bounds on
/// differences, and `TemporalNetwork` finds what agrees with them.
struct CustodyTimeline {
    /// The moments of one hop.
    struct Hop {
        /// When the message began to come in.
        var arrival: Double
        /// When a mailstore was connected to for this message; `nil` where its log does not tell.
        var connected: Double?
        /// When each try of `transit.attempts` ended.
        var attempts: [Double]
        /// When the next one had it; `nil` when it is still there, or ends there.
        var handover: Double?
        var held: ClosedRange<Double>?
        /// When it was put into the mailbox.
        var saved: Double?
    }

    private(set) var hops: [Hop] = []
    /// By node.
    private(set) var clocks: [String: CustodyChain.Skew] = [:]

    /// - Parameters:
    ///   - end: when the message was seen, or now; in seconds since the start.
    ///   - known: what earlier messages say of the clocks.
    init(_ passage: ProbePassage, _ path: [PathHop], end: Double, known: [String: ClosedRange<Double>]) {
        let draft = TimelineDraft(passage, path, end: end)
        guard let settled = Self.settle(draft, known) else {
            // Not even the durations of the hops agree with each other: then only their order is believed.
            let bare = TimelineDraft(passage, path.map { PathHop(node: $0.node, queueID: $0.queueID, transit: nil, mark: nil) }, end: end)
            if let solution = bare.network(TimelineDraft.Belief(slack: 5)).solution() { read(bare, solution, from: path, passage) }
            return
        }
        read(draft, settled.solution, from: path, passage)
        clocks = settled.clocks
    }

    // MARK: - Private

    /// How late a line may be written, or how early a mark be made, in seconds, from what is usual to what a frozen machine does.
    private static let slacks = [0.1, 0.5, 2.0, 5.0]
    /// A clock that may be right is taken to be that right.
    private static let rightClock = 0.05
    /// A clock of which no more is known than this says nothing.
    private static let widestKnowledge = 3600.0

    private static func settle(
        _ draft: TimelineDraft, _ known: [String: ClosedRange<Double>]
    ) -> (solution: TemporalNetwork.Solution, clocks: [String: CustodyChain.Skew])? {
        for belief in beliefs(draft, known) {
            guard let free = draft.network(belief).solution() else { continue }
            return choose(draft, belief, free)
        }
        return nil
    }

    /// From believing everything to believing no clock. A clock that was set in between contradicts what was known of it, or itself.
    private static func beliefs(_ draft: TimelineDraft, _ known: [String: ClosedRange<Double>]) -> [TimelineDraft.Belief] {
        var beliefs: [TimelineDraft.Belief] = []
        for slack in slacks {
            beliefs.append(TimelineDraft.Belief(slack: slack, clocks: known))
            beliefs.append(TimelineDraft.Belief(slack: slack))
        }
        beliefs += draft.nodes.map { TimelineDraft.Belief(slack: 0.5, silenced: [$0]) }
        beliefs.append(TimelineDraft.Belief(slack: 0.5, silenced: Set(draft.nodes)))
        beliefs.append(TimelineDraft.Belief(slack: 5, silenced: Set(draft.nodes)))
        return beliefs
    }

    /// Takes each clock for right that may be right, the best known first.
    private static func choose(
        _ draft: TimelineDraft, _ free: TimelineDraft.Belief, _ first: TemporalNetwork.Solution
    ) -> (solution: TemporalNetwork.Solution, clocks: [String: CustodyChain.Skew]) {
        let ranges = draft.clockPoints.compactMapValues { point -> ClosedRange<Double>? in
            let (low, high) = (-first.latest[point], -first.earliest[point])
            return low.isFinite && high.isFinite && high >= low ? low...high : nil
        }
        var belief = free
        var solution = first
        let order = ranges.sorted { ($0.value.width, $0.key) < ($1.value.width, $1.key) }
        for (node, range) in order where range.contains(0) {
            var right = belief
            right.clocks[node] = -rightClock...rightClock
            guard let found = draft.network(right).solution() else { continue }
            (belief, solution) = (right, found)
        }
        var clocks: [String: CustodyChain.Skew] = [:]
        for (node, range) in order where !free.silenced.contains(node) && range.width <= widestKnowledge {
            guard let point = draft.clockPoints[node] else { continue }
            if belief.clocks[node] == -rightClock...rightClock {
                let most = max(abs(range.lowerBound), abs(range.upperBound))
                clocks[node] = CustodyChain.Skew(node: node, seconds: 0, uncertaintySeconds: most)
            } else {
                let seconds = -solution.middle(point)
                let most = max(range.upperBound - seconds, seconds - range.lowerBound)
                clocks[node] = CustodyChain.Skew(node: node, seconds: seconds, uncertaintySeconds: most)
            }
        }
        return (solution, clocks)
    }

    private mutating func read(
        _ draft: TimelineDraft, _ solution: TemporalNetwork.Solution, from path: [PathHop], _ passage: ProbePassage
    ) {
        hops = zip(draft.hops, path).map { points, hop in
            var read = Hop(
                arrival: solution.middle(points.arrival), connected: points.connected.map(solution.middle),
                attempts: points.attempts.map(solution.middle),
                handover: points.handover.map(solution.middle))
            let ahead = draft.clockPoints[hop.node].map { -solution.middle($0) } ?? 0
            if let held = hop.transit?.heldAt {
                let from = (held - passage.startedAt).seconds - ahead
                let until = hop.transit?.releasedAt.map { ($0 - passage.startedAt).seconds - ahead } ?? .infinity
                read.held = from...max(from, until)
            }
            if hop.isStore { read.saved = read.attempts.last }
            return read
        }
    }
}

extension ClosedRange<Double> {
    var width: Double { upperBound - lowerBound }
}
