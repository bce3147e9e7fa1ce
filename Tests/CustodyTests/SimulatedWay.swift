import PostwatchModel

/// A message on its way over simulated hops, each with a clock of its own, and what probe, logs and marks tell of it.
struct SimulatedWay {
    struct Hop {
        var node: String
        /// How far its clock is ahead.
        var skew = 0.0
        /// From acceptance until the queue manager takes it up.
        var before = 0.02
        var queueManager = 0.01
        var setup = 0.03
        var transmission = 0.04
        /// Tries that were put off: how long each took to connect, and the wait behind it.
        var deferrals: [(setup: Double, wait: Double)] = []
        var reply = "connect to mailstore-1.example.test[192.0.2.41]:24: Connection refused"
        /// Set aside for so long before the queue manager takes it up.
        var held = 0.0
        /// How long it takes the message in.
        var intake = 0.01
        var isLogged = true
        var resolution = Duration.seconds(1)
        var software = Transit.Software.postfix
    }

    static let noon = Timestamp(milliseconds: 1_795_262_400_000)

    var startedAt = Self.noon
    var hops: [Hop]
    var storeSkew = 0.0
    var isStoreLogged = true
    /// Whether the mailstore was connected to for this message alone, and says when.
    var isStoreConnected = false
    /// From the answer of the mailstore until the message is seen; `nil`: it never is.
    var visibleAfter: Double? = 0.1
    /// The steps of the probe itself.
    var phases: [(String, Double)] = [
        ("resolve", 0.002), ("connect", 0.003), ("greeting", 0.01), ("ehlo", 0.005), ("mail", 0.004), ("rcpt", 0.006), ("data", 0.002),
        ("accept", 0.012),
    ]

    /// What came of it.
    struct Outcome {
        var passage: ProbePassage
        var transits: [Transit]
        /// When each hop handed it on, in seconds since the start.
        var handovers: [Double]
    }

    func run(id: String = "0a1b2c3d-1") -> Outcome {
        let accepted = phases.reduce(0) { $0 + $1.1 }
        var arrival = accepted - 0.016
        var takeover = accepted
        var transits: [Transit] = []
        var handovers: [Double] = []
        var marks: [ProbePassage.Mark] = []
        for (index, hop) in hops.enumerated() {
            let name = "\(index + 1)F2A\(index)"
            let stamp = { (seconds: Double) in Self.cut(startedAt + .milliseconds(Int64((seconds + hop.skew) * 1000)), hop.resolution) }
            marks.append(ProbePassage.Mark(host: "\(hop.node).example.test", queueID: name, at: Self.cut(stamp(arrival), .seconds(1))))
            var transit = Transit(
                node: hop.node, software: hop.software, queueID: name, probe: id, receivedAt: stamp(takeover - 0.005),
                resolution: hop.resolution)
            var active = takeover + hop.before
            if hop.held > 0 {
                transit.heldAt = stamp(takeover - 0.004)
                transit.releasedAt = stamp(takeover + hop.held)
                active += hop.held
            }
            transit.activeAt = stamp(active)
            for deferral in hop.deferrals {
                let ended = active + 0.01 + deferral.setup
                transit.attempts.append(
                    Transit.Attempt(
                        at: stamp(ended), status: .deferred, relay: "none",
                        stages: hop.software == .exim ? nil : Self.stages(active - arrival, 0.01, deferral.setup, 0), reply: hop.reply))
                active = ended + deferral.wait
            }
            let ended = active + hop.queueManager + hop.setup + hop.transmission
            let isLast = index == hops.count - 1
            let next = isLast ? "mailstore-1.example.test[192.0.2.41]:24" : "\(hops[index + 1].node).example.test[192.0.2.9]:25"
            transit.attempts.append(
                Transit.Attempt(
                    at: stamp(ended), status: .sent, relay: next,
                    stages: hop.software == .exim
                        ? Self.eximStages(hop, total: ended - arrival, isLMTP: isLast)
                        : Self.stages(active - arrival, hop.queueManager, hop.setup, hop.transmission), reply: "250 2.0.0 Ok",
                    nextQueueID: isLast ? "s/1" : "\(index + 2)F2A\(index + 1)"))
            transit.attemptCount = transit.attempts.count
            transit.removedAt = stamp(ended + 0.001)
            if hop.isLogged { transits.append(transit) }
            handovers.append(ended)
            takeover = ended
            if !isLast { arrival = ended - max(0.005, min(hop.transmission - 0.002, hops[index + 1].intake)) }
        }
        let stamp = { (seconds: Double) in Self.cut(startedAt + .milliseconds(Int64((seconds + storeSkew) * 1000)), .seconds(1)) }
        // It marks a message before it answers for it.
        let intake = isStoreConnected ? (hops.last?.transmission ?? 0) - 0.01 : 0.02
        if isStoreLogged {
            transits.append(
                Transit(
                    node: "mailstore-1", software: .dovecot, queueID: "s/1", probe: id,
                    receivedAt: isStoreConnected ? stamp(takeover - (hops.last?.transmission ?? 0) - 0.01) : nil,
                    attempts: [Transit.Attempt(at: stamp(takeover - 0.002), status: .sent, reply: "saved mail to INBOX")]))
        }
        marks.append(
            ProbePassage.Mark(host: "mailstore-1.example.test", queueID: "s/1", at: stamp(takeover - intake), isByLMTP: true))
        let passage = ProbePassage(
            probe: id, journey: "inbound-1", vantage: "server", startedAt: startedAt,
            phases: phases.map { ProbePassage.Phase(name: $0.0, duration: .milliseconds(Int64($0.1 * 1000))) },
            acceptedBy: "\(hops[0].node).example.test:25", reply: "250 2.0.0 Ok: queued as 1F2A0", queueID: "1F2A0",
            visibleAt: visibleAfter.map { startedAt + .milliseconds(Int64((takeover + $0) * 1000)) }, mailbox: "imap.example.test:993",
            marks: visibleAfter == nil ? [] : marks)
        return Outcome(passage: passage, transits: transits, handovers: handovers)
    }

    // MARK: - Private

    private static func cut(_ moment: Timestamp, _ resolution: Duration) -> Timestamp {
        let unit = resolution.wholeMilliseconds
        return Timestamp(milliseconds: moment.milliseconds / unit * unit)
    }

    /// As Exim's `QT` and `DT` tell them: cut to whole seconds, and without the wait for the answer by LMTP.
    private static func eximStages(_ hop: Hop, total: Double, isLMTP: Bool) -> Transit.Stages {
        let delivery = (hop.setup + (isLMTP ? 0 : hop.transmission)).rounded(.down)
        return Transit.Stages(
            beforeQueueManager: .zero, queueManager: .seconds(max(0, total.rounded(.down) - delivery)), connectionSetup: .zero,
            transmission: .seconds(delivery))
    }

    /// As Postfix writes them: two digits, none behind 10 ms.
    private static func stages(_ before: Double, _ manager: Double, _ setup: Double, _ transmission: Double) -> Transit.Stages {
        Transit.Stages(
            beforeQueueManager: written(before), queueManager: written(manager), connectionSetup: written(setup),
            transmission: written(transmission))
    }

    private static func written(_ seconds: Double) -> Duration {
        let unit = seconds >= 10 ? 1000.0 : seconds >= 1 ? 100 : 10
        return .milliseconds(Int64((seconds * 1000 / unit).rounded() * unit))
    }
}
