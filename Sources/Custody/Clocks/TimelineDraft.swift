import PostwatchModel

/// The moments on a message's way as points of a `TemporalNetwork`, and the bounds between them.
struct TimelineDraft {
    /// How much of what hops say is believed.
    struct Belief {
        /// How much later than what it tells of a line may be written, in seconds.
        var slack: Double
        /// Bounds on how far clocks are ahead, by node.
        var clocks: [String: ClosedRange<Double>] = [:]
        /// Nodes whose stamps are not believed.
        var silenced: Set<String> = []
    }

    /// The points of one hop.
    struct Hop {
        var arrival: Int
        var received: Int
        /// When a mailstore was connected to for this message, where its log says so.
        var connected: Int?
        var attempts: [Int]
        var handover: Int?
    }

    private(set) var hops: [Hop] = []
    /// By node: minus how far its clock is ahead, so that a stamp is a difference as well.
    private(set) var clockPoints: [String: Int] = [:]
    var nodes: [String] { clockPoints.keys.sorted() }

    private let passage: ProbePassage
    private let path: [PathHop]
    private let end: Double
    private let accepted: Double
    private var points = TemporalNetwork()

    init(_ passage: ProbePassage, _ path: [PathHop], end: Double) {
        self.passage = passage
        self.path = path
        self.end = end
        accepted = max(0, min((passage.acceptedAt - passage.startedAt).seconds, end))
        for (index, hop) in path.enumerated() {
            var points = Hop(arrival: self.points.addPoint(), received: self.points.addPoint(), attempts: [])
            if hop.isStore, hop.transit?.receivedAt != nil { points.connected = self.points.addPoint() }
            points.attempts = (hop.transit?.attempts ?? []).map { _ in self.points.addPoint() }
            if let sent = hop.transit?.attempts.lastIndex(where: { $0.status == .sent }) {
                points.handover = points.attempts[sent]
            } else if index + 1 < path.count {
                points.handover = self.points.addPoint()
            }
            hops.append(points)
            if hop.transit != nil || hop.mark?.at != nil, clockPoints[hop.node] == nil {
                clockPoints[hop.node] = self.points.addPoint()
            }
        }
    }

    func network(_ belief: Belief) -> TemporalNetwork {
        var network = points
        for (node, range) in belief.clocks {
            guard let clock = clockPoints[node] else { continue }
            network.require(clock, after: TemporalNetwork.origin, within: -range.upperBound ... -range.lowerBound)
        }
        for index in path.indices {
            order(index, belief, in: &network)
            durations(index, belief, in: &network)
            if !belief.silenced.contains(path[index].node) { stamps(index, belief, in: &network) }
        }
        return network
    }

    // MARK: - Private

    private static let origin = TemporalNetwork.origin

    /// When the hop has the message for good: the word of acceptance, or the end of the try of the one before.
    private func takeover(_ index: Int) -> Int? { index == 0 ? nil : hops[index - 1].handover }

    private func order(_ index: Int, _ belief: Belief, in network: inout TemporalNetwork) {
        let hop = hops[index]
        let origin = Self.origin
        for point in [hop.arrival, hop.received] + hop.attempts + [hop.connected, hop.handover].compactMap({ $0 }) {
            network.require(point, after: origin, within: 0...(end + belief.slack))
        }
        network.require(hop.received, after: hop.arrival, atLeast: 0)
        if let takeover = takeover(index) {
            network.require(hop.received, after: takeover, atMost: path[index].isStore ? belief.slack : 0)
            network.require(hop.arrival, after: hops[index - 1].arrival, atLeast: 0)
            if path[index].isStore {
                if let connected = hop.connected {
                    network.require(connected, after: hops[index - 1].arrival, atLeast: -belief.slack)
                    network.require(connected, after: takeover, atMost: belief.slack)
                }
                // It answers when it has put the message into the mailbox.
                if let saved = hop.attempts.last { network.require(saved, after: takeover, atMost: belief.slack) }
            } else if let handover = hop.handover {
                network.require(handover, after: takeover, atLeast: -belief.slack)
            }
            let isByExim = path[index - 1].transit?.software == .exim
            // What Exim says of the time that a delivery by LMTP took leaves out the wait for the answer.
            if let spent = path[index - 1].transit?.handover?.stages?.transmission, !isByExim || !path[index].isStore {
                let rounding = isByExim ? Self.eximRounding : Self.rounding(of: spent)
                let most = max(0, spent.seconds) + rounding + belief.slack
                network.require(hop.arrival, after: takeover, atLeast: -most)
            }
            // Where the one before has no log, this one took the message about when it wrote of it first.
            if path[index - 1].transit == nil {
                let isLogged = path[index].transit?.receivedAt != nil
                network.require(takeover, after: isLogged ? hop.received : hop.arrival, atMost: 5 * belief.slack)
            }
        } else {
            network.require(hop.arrival, after: origin, within: max(0, min(firstCommand, accepted))...accepted)
            network.require(hop.received, after: origin, atMost: accepted)
            if let handover = hop.handover { network.require(handover, after: origin, atLeast: accepted - belief.slack) }
        }
        var before = hop.arrival
        for attempt in hop.attempts {
            network.require(attempt, after: before, atLeast: 0)
            before = attempt
        }
    }

    /// When the probe named the sender: before that no hop has begun to take the message.
    private var firstCommand: Double {
        guard let mail = passage.phases.firstIndex(where: { $0.name == "mail" }) else { return 0 }
        return passage.phases[..<mail].reduce(0) { $0 + $1.duration.seconds }
    }

    /// What a hop measured by the running of its clock.
    private func durations(_ index: Int, _ belief: Belief, in network: inout TemporalNetwork) {
        guard let transit = path[index].transit, transit.software == .postfix else { return }
        for (attempt, point) in zip(transit.attempts, hops[index].attempts) {
            guard let stages = attempt.stages else { continue }
            let parts = [stages.beforeQueueManager, stages.queueManager, stages.connectionSetup, stages.transmission]
            let sum = max(0, parts.reduce(0) { $0 + $1.seconds })
            let rounding = parts.reduce(0) { $0 + Self.rounding(of: $1) }
            network.require(point, after: hops[index].arrival, within: max(0, sum - rounding)...(sum + rounding + belief.slack))
        }
    }

    private func stamps(_ index: Int, _ belief: Belief, in network: inout TemporalNetwork) {
        let (hop, points) = (path[index], hops[index])
        guard let clock = clockPoints[hop.node] else { return }
        for (point, moment, resolution) in stamps(of: hop, points) {
            let written = (moment - passage.startedAt).seconds
            // A line is written behind what it tells, and its stamp is cut, not rounded.
            network.require(point, after: clock, within: (written - belief.slack)...(written + resolution))
        }
    }

    /// What a hop wrote of the time, and what the stamps are cut to in seconds.
    private func stamps(of hop: PathHop, _ points: Hop) -> [(point: Int, moment: Timestamp, resolution: Double)] {
        var stamps: [(point: Int, moment: Timestamp, resolution: Double)] = []
        if let moment = hop.mark?.at {
            // Postfix marks a message with the time of its arrival, others perhaps a little later.
            stamps.append((hop.transit?.software == .postfix ? points.arrival : points.received, moment, 1))
        }
        guard let transit = hop.transit else { return stamps }
        let resolution = max(transit.resolution.seconds, 0.001)
        if let moment = transit.receivedAt { stamps.append((points.connected ?? points.received, moment, resolution)) }
        for (attempt, point) in zip(transit.attempts, points.attempts) { stamps.append((point, attempt.at, resolution)) }
        return stamps
    }

    /// Exim cuts to whole seconds. Source: Exim specification, section 53.15, `deliver_time`.
    private static let eximRounding = 1.0

    /// Half of what the last digit is worth that Postfix writes: two digits, none behind 10 ms.
    /// Source: Postfix, format_tv(3) and postconf(5), delay_logging_resolution_limit.
    private static func rounding(of duration: Duration) -> Double {
        duration >= .seconds(10) ? 0.5 : duration >= .seconds(1) ? 0.05 : 0.005
    }
}
