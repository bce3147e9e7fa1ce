/// What became of all messages. At any time `accepted + adopted` is the sum of all outcomes and of what is in the queue; the difference of
/// two balances is the balance of the time between them.
public struct LedgerBalance: Hashable, Sendable {
    /// Messages whose arrival was seen and which Postfix took.
    public internal(set) var accepted: Int = 0
    /// Messages that were there before the log began, or were evicted and then seen again.
    public internal(set) var adopted: Int = 0
    /// How many ended how. Every outcome is present.
    public internal(set) var outcomes: [MessageOutcome: Int] = [:]
    /// In the queue and on their way.
    public internal(set) var inQueue: Int = 0
    /// In the queue after a delivery that was put off.
    public internal(set) var deferred: Int = 0
    /// In the queue, set aside.
    public internal(set) var held: Int = 0
    /// Being received; not accepted yet.
    public internal(set) var arriving: Int = 0
    /// Begun, but refused or never finished by the sender; never accepted.
    public internal(set) var refused: Int = 0

    /// Accepted and adopted messages without an outcome and not in the queue. 0, or this library has a bug.
    public var discrepancy: Int {
        accepted + adopted - outcomes.values.reduce(0, +) - inQueue - deferred - held
    }

    public static func - (left: LedgerBalance, right: LedgerBalance) -> LedgerBalance {
        var difference = left
        difference.accepted -= right.accepted
        difference.adopted -= right.adopted
        for (outcome, count) in right.outcomes { difference.outcomes[outcome, default: 0] -= count }
        difference.inQueue -= right.inQueue
        difference.deferred -= right.deferred
        difference.held -= right.held
        difference.arriving -= right.arriving
        difference.refused -= right.refused
        return difference
    }
}
