/// The stay of one probe message at one hop, as the log of that hop tells it: from its first line to the one that says it is gone.
///
/// Moments are those of the hop's own clock, which may be wrong. A later report of the same stay replaces an earlier one.
public struct Transit: Hashable, Sendable, Codable {
    public enum Software: String, Hashable, Sendable, Codable, CaseIterable {
        case postfix, exim, dovecot
    }

    /// The node whose agent read the log; the host that the line names where one log tells of several.
    public var node: String
    public var software: Software
    /// What tells several instances on one node apart, such as `postfix-out`.
    public var instance: String
    /// The name of the message at this hop: the queue id, or the session of Dovecot's LMTP.
    public var queueID: String
    /// The identifier of the probe, as `postwatch journey explain` takes it.
    public var probe: String
    /// When the hop first wrote of the message: it was being received. At a mailstore, when the connection began that brought it, if that
    /// brought no other message before.
    public var receivedAt: Timestamp?
    /// When the queue manager took it up for the first time.
    public var activeAt: Timestamp?
    /// When it was set aside, and when it was taken back.
    public var heldAt: Timestamp?
    public var releasedAt: Timestamp?
    /// Tries to hand it on, oldest first: at most `mostAttempts`, of more the first and the last ones.
    public var attempts: [Attempt]
    /// All tries, also those that are not in `attempts`.
    public var attemptCount: Int
    /// When it left the queue.
    public var removedAt: Timestamp?
    /// What the moments are cut to: 1 s, or 1 ms where the log is finer.
    public var resolution: Duration

    public static let mostAttempts = 12

    public init(
        node: String, software: Software, instance: String = "", queueID: String, probe: String, receivedAt: Timestamp? = nil,
        activeAt: Timestamp? = nil, heldAt: Timestamp? = nil, releasedAt: Timestamp? = nil, attempts: [Attempt] = [],
        attemptCount: Int? = nil, removedAt: Timestamp? = nil, resolution: Duration = .seconds(1)
    ) {
        self.node = node
        self.software = software
        self.instance = instance
        self.queueID = queueID
        self.probe = probe
        self.receivedAt = receivedAt
        self.activeAt = activeAt
        self.heldAt = heldAt
        self.releasedAt = releasedAt
        self.attempts = attempts
        self.attemptCount = attemptCount ?? attempts.count
        self.removedAt = removedAt
        self.resolution = resolution
    }

    /// One try to hand the message on.
    public struct Attempt: Hashable, Sendable, Codable {
        public enum Status: String, Hashable, Sendable, Codable {
            case sent, deferred, bounced
        }

        /// When it ended.
        public var at: Timestamp
        public var status: Status
        /// To whom: `mailstore-1.example.test[192.0.2.41]:24`; `none` or empty when nobody was reached.
        public var relay: String
        /// `delays=a/b/c/d`; `nil` where the log does not tell.
        public var stages: Stages?
        /// What the other side answered, or why nobody was reached; at most 200 bytes.
        public var reply: String
        /// The name of the message at the next hop, which that hop's answer told.
        public var nextQueueID: String?

        public init(
            at: Timestamp, status: Status, relay: String = "", stages: Stages? = nil, reply: String = "", nextQueueID: String? = nil
        ) {
            self.at = at
            self.status = status
            self.relay = relay
            self.stages = stages
            self.reply = reply
            self.nextQueueID = nextQueueID
        }
    }

    /// The four parts of Postfix' `delays=a/b/c/d`, which add up to the time since the message arrived.
    /// Source: postconf(5), delay_logging_resolution_limit.
    public struct Stages: Hashable, Sendable, Codable {
        /// From arrival until the queue manager took it up; in a later try that includes all earlier ones.
        public var beforeQueueManager: Duration
        public var queueManager: Duration
        /// Names, connection, greeting, EHLO and TLS.
        public var connectionSetup: Duration
        public var transmission: Duration

        public init(beforeQueueManager: Duration, queueManager: Duration, connectionSetup: Duration, transmission: Duration) {
            self.beforeQueueManager = beforeQueueManager
            self.queueManager = queueManager
            self.connectionSetup = connectionSetup
            self.transmission = transmission
        }
    }

    /// Tells two reports of one stay from reports of two.
    public var key: String { "\(node) \(instance) \(queueID) \(probe)" }
    /// The try that handed the message on.
    public var handover: Attempt? { attempts.last { $0.status == .sent } }
}
