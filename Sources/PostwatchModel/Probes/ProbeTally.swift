/// The running totals of one journey's probe messages at one vantage. None ever falls.
///
/// A booking is never taken back: one that turns out wrong is corrected by a second booking, and counted in `corrected` under the outcome
/// that did not hold. With the messages that are still outstanding two equations hold at every moment:
///
/// - `sent` = Σ (`outcomes` − `corrected`) + accepted and not seen
/// - `begun` = `sent` + (`unsent` − `unsentFound`) + acceptance not known
public struct ProbeTally: Hashable, Sendable, Codable {
    /// Written down to be sent.
    public var begun = 0
    /// Known to have been sent: accepted by a server, or seen.
    public var sent = 0
    /// Given up as never sent: refused, not handed over, or neither accepted nor seen in the time after which it would be lost.
    public var unsent = 0
    /// Of those, the ones that turned up after all.
    public var unsentFound = 0
    /// Bookings by outcome, each outcome present.
    public var outcomes: [ProbeOutcome: Int]
    /// Bookings that another took the place of, by the outcome that did not hold, each outcome present.
    public var corrected: [ProbeOutcome: Int]

    public init() {
        let none = Dictionary(uniqueKeysWithValues: ProbeOutcome.allCases.map { ($0, 0) })
        outcomes = none
        corrected = none
    }

    /// What was written before a total was counted has none of it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        begun = try container.decodeIfPresent(Int.self, forKey: .begun) ?? 0
        sent = try container.decodeIfPresent(Int.self, forKey: .sent) ?? 0
        unsent = try container.decodeIfPresent(Int.self, forKey: .unsent) ?? 0
        unsentFound = try container.decodeIfPresent(Int.self, forKey: .unsentFound) ?? 0
        outcomes.merge(try container.decodeIfPresent([ProbeOutcome: Int].self, forKey: .outcomes) ?? [:]) { _, stored in stored }
        corrected.merge(try container.decodeIfPresent([ProbeOutcome: Int].self, forKey: .corrected) ?? [:]) { _, stored in stored }
    }

    /// How many messages have this outcome now.
    public func standing(_ outcome: ProbeOutcome) -> Int {
        (outcomes[outcome] ?? 0) - (corrected[outcome] ?? 0)
    }

    /// Messages that have ended and were sent.
    public var settled: Int {
        ProbeOutcome.allCases.reduce(0) { $0 + standing($1) }
    }

    public mutating func book(_ outcome: ProbeOutcome) {
        outcomes[outcome, default: 0] += 1
    }

    public mutating func correct(_ outcome: ProbeOutcome, to other: ProbeOutcome) {
        corrected[outcome, default: 0] += 1
        book(other)
    }
}
