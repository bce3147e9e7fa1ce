/// What became of mail to one domain.
public struct MailDestination: Hashable, Sendable {
    /// Deliveries that were put off or refused for one reason.
    public struct Problem: Hashable, Sendable {
        public internal(set) var count: Int
        /// Of the last one: at most 200 bytes, without addresses. Empty when it is not kept.
        public internal(set) var lastText: String
    }

    /// In lower case, at most 64 bytes; empty for recipients without domain; `other` for the rest.
    public let domain: String
    public internal(set) var delivered = 0
    /// Tries that were put off.
    public internal(set) var deferred = 0
    public internal(set) var bounced = 0
    /// Of what was put off or refused. Only reasons that there were.
    public internal(set) var reasons: [DeliveryReason: Problem] = [:]
    /// Messages that are in the queue now because this domain put them off.
    public internal(set) var waiting = 0
    /// When the oldest of those arrived, in seconds since 1970-01-01T00:00:00Z.
    public internal(set) var oldestWaitingArrival: Int64?

    init(domain: String) {
        self.domain = domain
    }
}
