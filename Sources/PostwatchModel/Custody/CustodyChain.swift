/// Where a probe message was at every moment from its start until it could be read: stretches that touch each other, and so add up to the
/// whole.
public struct CustodyChain: Hashable, Sendable, Codable {
    /// Who had the message.
    public struct Hop: Hashable, Sendable, Codable {
        /// The node; `probe` for the probe itself.
        public var node: String
        public var queueID: String?
        /// Whether the log of the hop told of the message; otherwise only a header or the answer of a neighbour names it.
        public var isLogged: Bool

        public init(node: String, queueID: String? = nil, isLogged: Bool) {
            self.node = node
            self.queueID = queueID
            self.isLogged = isLogged
        }
    }

    /// What was being done with the message.
    public enum Stage: Hashable, Sendable {
        /// A step of the probe itself, such as `smtp connect`.
        case own(String)
        case beforeQueueManager, queueManager, connectionSetup, transmission
        /// Delivered, and not yet seen in the mailbox.
        case visibility
        /// The hop is known, and what it did is not.
        case unknown

        public var name: String {
            switch self {
            case .own(let phase): phase
            case .beforeQueueManager: "before_queue_manager"
            case .queueManager: "queue_manager"
            case .connectionSetup: "connection_setup"
            case .transmission: "transmission"
            case .visibility: "visibility"
            case .unknown: "unknown"
            }
        }
    }

    /// A stretch of time at one hop in one stage.
    public struct Stretch: Hashable, Sendable, Codable {
        public var node: String
        public var stage: Stage
        /// From the start of the run.
        public var offset: Duration
        /// Never negative.
        public var duration: Duration
        /// Why it took so long, as far as known: `deferred twice: connection refused by mailstore-2.example.test:24`.
        public var remark: String?

        public init(node: String, stage: Stage, offset: Duration, duration: Duration, remark: String? = nil) {
            self.node = node
            self.stage = stage
            self.offset = offset
            self.duration = duration
            self.remark = remark
        }
    }

    /// A clock that is wrong.
    public struct Skew: Hashable, Sendable, Codable {
        public var node: String
        /// How far the clock is ahead of the probe's; negative: behind.
        public var seconds: Double
        /// The true figure is no further off than this.
        public var uncertaintySeconds: Double

        public init(node: String, seconds: Double, uncertaintySeconds: Double) {
            self.node = node
            self.seconds = seconds
            self.uncertaintySeconds = uncertaintySeconds
        }
    }

    public var probe: String
    public var journey: String
    public var vantage: String
    public var startedAt: Timestamp
    /// From the start of the run until the message was seen, or until now when it was not.
    public var total: Duration
    public var isDelivered: Bool
    /// In the order in which they had it.
    public var hops: [Hop]
    /// In the order of time, without gaps; their sum is `total`.
    public var stretches: [Stretch]
    /// What is known of the clock of each logged hop, by name of the node.
    public var clocks: [Skew]
    /// One sentence: where most of the time went, or where the message was last.
    public var verdict: String
    /// Where a message that was not seen was last: `mx-1 (queue id 3F2A1), deferred twice: …`; `nil` for one that was seen.
    public var lastKnown: String?

    public init(
        probe: String, journey: String, vantage: String, startedAt: Timestamp, total: Duration, isDelivered: Bool, hops: [Hop],
        stretches: [Stretch], clocks: [Skew], verdict: String, lastKnown: String? = nil
    ) {
        self.probe = probe
        self.journey = journey
        self.vantage = vantage
        self.startedAt = startedAt
        self.total = total
        self.isDelivered = isDelivered
        self.hops = hops
        self.stretches = stretches
        self.clocks = clocks
        self.verdict = verdict
        self.lastKnown = lastKnown
    }

    /// A clock that is off by less is right as far as logs of whole seconds can tell.
    public static let noticedSkewSeconds = 1.0

    /// Clocks that are wrong, which is a finding of its own.
    public var skews: [Skew] { clocks.filter { abs($0.seconds) >= Self.noticedSkewSeconds } }

    /// Time of which the stage is not known.
    public var unattributed: Duration {
        stretches.filter { $0.stage == .unknown }.reduce(.zero) { $0 + $1.duration }
    }
}

extension CustodyChain.Stage: Codable {
    private static let known: [Self] = [.beforeQueueManager, .queueManager, .connectionSetup, .transmission, .visibility, .unknown]

    public init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        self = Self.known.first { $0.name == name } ?? .own(name)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
