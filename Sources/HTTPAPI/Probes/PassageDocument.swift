import PostwatchModel

/// A message in a listing.
struct PassageDocument: Encodable {
    let id: String
    let journey: String
    let vantage: String
    let startedAt: String
    let acceptedBy: String
    let queueID: String?
    /// From the start of the run until it was seen; left out while it was not.
    let seconds: Double?
    /// `inbox`, `lost`; left out while it has not ended, as far as is known.
    let outcome: String?
    let reason: String?

    init(_ passage: ProbePassage) {
        id = passage.probe
        journey = passage.journey
        vantage = passage.vantage
        startedAt = passage.startedAt.rfc3339
        acceptedBy = passage.acceptedBy
        queueID = passage.queueID
        outcome = passage.outcome?.rawValue
        reason = passage.reason
        seconds = passage.visibleAt.map { ($0 - passage.startedAt).seconds }
    }
}
