/// A message that Postfix has, or is just taking.
struct LedgerEntry: Sendable {
    /// Where it stands.
    enum Phase: UInt8, LabelValue {
        /// Being received: Postfix has not yet promised to deliver it.
        case arriving
        /// Accepted, and on its way.
        case active
        /// Accepted; the last try of a recipient was put off.
        case deferred
        /// Set aside by an administrator or a policy.
        case held

        var label: String {
            switch self {
            case .arriving: "arriving"
            case .active: "active"
            case .deferred: "deferred"
            case .held: "hold"
            }
        }
    }

    /// What was seen of it so far.
    struct Marks: OptionSet {
        let rawValue: UInt8
        static let sent = Marks(rawValue: 1)
        static let bounced = Marks(rawValue: 2)
        static let expired = Marks(rawValue: 4)
        static let discarded = Marks(rawValue: 8)
        static let probed = Marks(rawValue: 16)
        /// Its arrival was not seen: it was there before the log began, or was evicted in between.
        static let adopted = Marks(rawValue: 32)
        /// An administrator deleted it.
        static let deleted = Marks(rawValue: 64)
    }

    let id: QueueID
    /// The host and the instance: see `MailLogSource`.
    let source: UInt32
    /// When its first line was written, in seconds since 1970-01-01T00:00:00Z.
    var firstSeen: UInt32
    var lastSeen: UInt32
    /// When Postfix took it, as far as known: the time of its first line, or what a delivery says about its age.
    var arrival: UInt32
    /// Numbers of a `DomainTable`.
    var senderDomain: UInt32 = 0
    var recipientDomain: UInt32 = 0
    /// How many times the queue manager took it up.
    var attempts: UInt16 = 0
    var phase: Phase
    private var markBits: UInt8 = 0
    /// How many listings of the queue in a row did not have it.
    var missedListings: UInt8 = 0
    /// Class of the last deferral.
    var reason: DeliveryReason = .other

    init(id: QueueID, source: UInt32, at moment: UInt32, phase: Phase) {
        self.id = id
        self.source = source
        self.firstSeen = moment
        self.lastSeen = moment
        self.arrival = moment
        self.phase = phase
    }

    var marks: Marks {
        get { Marks(rawValue: markBits) }
        set { markBits = newValue.rawValue }
    }
}
