/// What is known of one probe message.
public struct ProbeRecord: Hashable, Sendable, Identifiable {
    /// How far it has come.
    public enum Stage: Hashable, Sendable {
        /// Written down before it was handed over. Whether a server has taken it is not known.
        case begun
        /// A server has taken it; it has not been seen.
        case accepted
        /// It has ended.
        case settled(ProbeOutcome)
        /// No server has taken it, as far as is known.
        case unsent
    }

    /// `<vantage>-<random>`, both hexadecimal; part of its Message-ID.
    public let id: String
    public let journey: String
    public let vantage: String
    public let begunAt: Timestamp
    public var stage: Stage
    /// `nil` when the server's word was never read.
    public var acceptedAt: Timestamp?
    /// Who accepted it: `mx-1.example.test:25`.
    public var server: String?
    /// The word of acceptance, printable and cut to 300 characters: `250 2.0.0 Ok: queued as 3F2A1`.
    public var reply: String?
    /// What the accepting server calls it in its log, when it said so.
    public var queueID: String?
    /// When it was booked as ended; set exactly when it is settled or unsent.
    public var settledAt: Timestamp?
    /// Why it ended so, when somebody said: what a report says about a message that bounced.
    public var reason: String?
    /// The copy that was seen first.
    public var sighting: ProbeSighting?

    public init(id: String, journey: String, vantage: String, begunAt: Timestamp, stage: Stage = .begun) {
        self.id = id
        self.journey = journey
        self.vantage = vantage
        self.begunAt = begunAt
        self.stage = stage
    }

    /// Still awaited.
    public var isOutstanding: Bool {
        switch stage {
        case .begun, .accepted: true
        case .settled, .unsent: false
        }
    }

    /// From when its age counts: acceptance, or when it was begun while that is not known.
    public var agesFrom: Timestamp { acceptedAt ?? begunAt }

    /// `accepted by mx-1.example.test:25 (queued as 3F2A1)`: where an operator begins to look for it.
    public var whereabouts: String {
        guard let server else { return "accepted by nobody that is known" }
        return "accepted by \(server)" + (queueID.map { " (queued as \($0))" } ?? reply.map { " (\($0))" } ?? "")
    }
}
