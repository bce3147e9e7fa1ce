/// What a probe itself knows of its message's way: what it did, by its own clock, and what it read off the message that arrived.
public struct ProbePassage: Hashable, Sendable, Codable {
    /// One of the probe's own steps until the message was accepted.
    public struct Phase: Hashable, Sendable, Codable {
        /// `connect`, `rcpt`, `accept`.
        public var name: String
        public var duration: Duration

        public init(name: String, duration: Duration) {
            self.name = name
            self.duration = duration
        }
    }

    /// A `Received` header: the mark of a hop.
    public struct Mark: Hashable, Sendable, Codable {
        /// The hop, by the name that it gives itself; at most 255 bytes.
        public var host: String
        public var queueID: String?
        /// By the hop's own clock, in whole seconds.
        public var at: Timestamp?
        /// Whether it came by LMTP: the hop is a mailstore.
        public var isByLMTP: Bool

        public init(host: String, queueID: String? = nil, at: Timestamp? = nil, isByLMTP: Bool = false) {
            self.host = host
            self.queueID = queueID
            self.at = at
            self.isByLMTP = isByLMTP
        }
    }

    public var probe: String
    public var journey: String
    public var vantage: String
    /// When the probe set out to hand the message over.
    public var startedAt: Timestamp
    /// From the start up to the word of acceptance, without gaps.
    public var phases: [Phase]
    /// Who accepted it: `mx-1.example.test:25`.
    public var acceptedBy: String
    /// The words of acceptance.
    public var reply: String
    /// The name of the message at the first hop, from those words.
    public var queueID: String?
    /// When the message could be read in the mailbox for the first time; `nil` while it has not been seen.
    public var visibleAt: Timestamp?
    /// Where it was looked for: `imap.example.test:993`.
    public var mailbox: String
    /// The marks of the hops, first hop first; empty when the message was not fetched.
    public var marks: [Mark]
    /// How the message ended, as the books have it; `nil` where that is not known. No run tells this.
    public var outcome: ProbeOutcome?
    /// Why it ended so, when somebody said.
    public var reason: String?

    public init(
        probe: String, journey: String, vantage: String, startedAt: Timestamp, phases: [Phase], acceptedBy: String, reply: String,
        queueID: String?, visibleAt: Timestamp? = nil, mailbox: String = "", marks: [Mark] = []
    ) {
        self.probe = probe
        self.journey = journey
        self.vantage = vantage
        self.startedAt = startedAt
        self.phases = phases
        self.acceptedBy = acceptedBy
        self.reply = reply
        self.queueID = queueID
        self.visibleAt = visibleAt
        self.mailbox = mailbox
        self.marks = marks
    }

    /// With what the books say of the end.
    public func ended(as record: ProbeRecord?) -> ProbePassage {
        var passage = self
        passage.outcome = nil
        passage.reason = nil
        guard let record else { return passage }
        if case .settled(let outcome) = record.stage { passage.outcome = outcome }
        passage.reason = record.reason
        passage.visibleAt = visibleAt ?? record.sighting?.at
        return passage
    }

    /// When the first hop took over.
    public var acceptedAt: Timestamp { startedAt + phases.reduce(.zero) { $0 + $1.duration } }
}
