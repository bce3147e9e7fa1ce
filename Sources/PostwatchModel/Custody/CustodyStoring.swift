/// Keeps what is known of the ways of probe messages for some days. All calls throw when the store cannot be read or written.
public protocol CustodyStoring: Sendable {
    /// Durable when it returns. A report of the same message or stay takes the place of the one before. Throws at once when cancelled.
    func keep(_ passages: [ProbePassage], _ transits: [Transit], at now: Timestamp) async throws
    /// Forgets what is too old, and the oldest of too much.
    func trimCustody(at now: Timestamp) async throws
    func passage(of probe: String) async throws -> ProbePassage?
    /// The last messages that are known, of a journey or of all; newest first.
    func passages(ofJourney journey: String?, limit: Int) async throws -> [ProbePassage]
    /// Messages of a vantage that were seen, started in that time; newest first.
    func deliveredPassages(
        from vantage: String, between start: Timestamp, and end: Timestamp, limit: Int
    ) async throws -> [ProbePassage]
    func transits(of probes: [String]) async throws -> [Transit]
    /// How messages of other vantages ended, as these told it.
    func reportedEnds(of probes: [String]) async throws -> [ProbeRecord]
}

extension CustodyStoring {
    public func reportedEnds(of probes: [String]) async throws -> [ProbeRecord] { [] }
}
