import PostwatchModel

/// Cuts the time of a message into stretches that touch each other: first the probe's own steps, then each hop from when it had the
/// message for good until the next one had, last the wait until it could be seen.
struct CustodyLedger {
    private(set) var stretches: [CustodyChain.Stretch] = []

    private let passage: ProbePassage
    private let path: [PathHop]
    private let timeline: CustodyTimeline
    private let end: Double
    private let isDelivered: Bool
    /// Up to where the time is cut.
    private var position = 0.0

    init(_ passage: ProbePassage, _ path: [PathHop], _ timeline: CustodyTimeline, end: Double, isDelivered: Bool) {
        self.passage = passage
        self.path = path
        self.timeline = timeline
        self.end = end
        self.isDelivered = isDelivered
        addOwnSteps()
        for index in path.indices where !path[index].isStore { addHop(index) }
        addRest()
    }

    // MARK: - Private

    private struct Piece {
        var stage: CustodyChain.Stage
        var until: Double
        var remark: String?
    }

    private mutating func addOwnSteps() {
        let from = timeline.hops.first?.arrival
        var offset = 0.0
        for phase in passage.phases {
            let until = offset + phase.duration.seconds
            var remark: String?
            if let from, let hop = path.first, hop.transit != nil {
                remark = Self.remark(onTakingBy: hop.node, from: max(from, offset), until: until, of: phase.duration.seconds)
            }
            cut(CustodyChain.probeNode, .own("smtp \(phase.name)"), until: until, remark ?? "at \(passage.acceptedBy)")
            offset = until
        }
    }

    private mutating func addHop(_ index: Int) {
        let (hop, moments) = (path[index], timeline.hops.indices.contains(index) ? timeline.hops[index] : nil)
        let until = moments?.handover ?? end
        guard let transit = hop.transit, let moments else {
            // The last hop of a message that was seen may have put it into the mailbox itself: then it cannot be told apart.
            return cut(hop.node, .unknown, until: until, "no log of this hop")
        }
        for piece in pieces(of: transit, moments, next: index + 1) {
            for part in split(piece, at: moments.held) { cut(hop.node, part.stage, until: min(part.until, until), part.remark) }
        }
        if moments.handover == nil { cut(hop.node, .queueManager, until: until, Self.remark(onStay: transit)) }
    }

    /// What a hop did, try by try, in the order of time.
    private func pieces(of transit: Transit, _ moments: CustodyTimeline.Hop, next: Int) -> [Piece] {
        var pieces: [Piece] = []
        var isFirst = true
        var deferrals = 0
        for (attempt, ended) in zip(transit.attempts, moments.attempts) {
            let waited = deferrals > 0 ? Self.deferred(transit) : nil
            let because = attempt.status == .deferred ? "deferred: \(Self.reason(attempt))" : nil
            if transit.software == .exim, attempt.status == .sent, path.indices.contains(next), path[next].isStore {
                // Its own figure leaves out the wait for the answer.
                let connected = timeline.hops.indices.contains(next) ? timeline.hops[next].connected : nil
                let manager = min(connected ?? ended, ended)
                pieces.append(Piece(stage: .queueManager, until: manager, remark: waited))
                let remark = Self.remark(onTakingBy: path[next].node, from: manager, until: ended, of: ended - manager)
                pieces.append(Piece(stage: .transmission, until: ended, remark: remark ?? Self.to(attempt)))
            } else if let stages = attempt.stages {
                let setup = ended - stages.transmission.seconds - stages.connectionSetup.seconds
                let manager = setup - stages.queueManager.seconds
                pieces.append(Piece(stage: isFirst ? .beforeQueueManager : .queueManager, until: manager, remark: waited))
                pieces.append(Piece(stage: .queueManager, until: setup, remark: waited))
                pieces.append(
                    Piece(stage: .connectionSetup, until: ended - stages.transmission.seconds, remark: because ?? Self.to(attempt)))
                pieces.append(Piece(stage: .transmission, until: ended, remark: because ?? transmission(attempt, ended, stages, next)))
            } else {
                pieces.append(Piece(stage: .queueManager, until: ended, remark: waited ?? because))
            }
            isFirst = false
            if attempt.status == .deferred { deferrals += 1 }
            if attempt.status == .sent { break }
        }
        return pieces
    }

    private func transmission(_ attempt: Transit.Attempt, _ ended: Double, _ stages: Transit.Stages, _ next: Int) -> String? {
        guard timeline.hops.indices.contains(next),
            let began = path[next].isStore ? timeline.hops[next].connected : timeline.hops[next].arrival
        else { return Self.to(attempt) }
        let from = max(began, ended - stages.transmission.seconds)
        let spent = stages.transmission.seconds
        return Self.remark(onTakingBy: path[next].node, from: from, until: ended, of: spent) ?? Self.to(attempt)
    }

    /// What of a wait fell into the time in which the message was set aside.
    private func split(_ piece: Piece, at held: ClosedRange<Double>?) -> [Piece] {
        guard let held, piece.stage == .beforeQueueManager || piece.stage == .queueManager else { return [piece] }
        return [
            Piece(stage: piece.stage, until: min(piece.until, held.lowerBound), remark: piece.remark),
            Piece(stage: .queueManager, until: min(piece.until, held.upperBound), remark: "held"),
            piece,
        ]
    }

    /// What is left behind the last hop.
    private mutating func addRest() {
        guard end > position else { return }
        guard let last = path.last else {
            return cut(CustodyPath.host(ofEndpoint: passage.acceptedBy), .unknown, until: end, "no log of this hop")
        }
        let place = passage.mailbox.isEmpty ? last.node : "\(last.node), looked for at \(passage.mailbox)"
        let saved = timeline.hops.last?.saved == nil ? "handed over" : "saved"
        cut(
            last.node, .visibility, until: end,
            isDelivered ? "\(saved), not yet seen at \(passage.mailbox)" : "\(saved) by \(place), not seen")
    }

    /// Everything from the position up to `until`, but for what lies before it.
    private mutating func cut(_ node: String, _ stage: CustodyChain.Stage, until: Double, _ remark: String?) {
        let until = min(until, end)
        let (from, to) = (Self.milliseconds(position), Self.milliseconds(until))
        guard to > from else { return }
        position = until
        if let last = stretches.last, last.node == node, last.stage == stage, last.remark == remark {
            stretches[stretches.count - 1].duration += .milliseconds(to - from)
        } else {
            stretches.append(
                CustodyChain.Stretch(
                    node: node, stage: stage, offset: .milliseconds(from), duration: .milliseconds(to - from), remark: remark))
        }
    }

    private static func milliseconds(_ seconds: Double) -> Int64 { Int64((min(max(seconds, 0), 1e9) * 1000).rounded()) }
}

extension CustodyChain {
    /// The name of the probe where nodes are named.
    public static let probeNode = "probe"
}
