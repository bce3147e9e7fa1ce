/// How the stay of an accepted message ended. Each message has one outcome, whatever the number of its recipients.
public enum MessageOutcome: UInt8, CaseIterable, Hashable, Sendable, LabelValue {
    /// Reached all of its recipients, as far as seen.
    case delivered
    /// At least one recipient was refused.
    case bounced
    /// Given up after too many days.
    case expired
    /// Thrown away on purpose, by a rule.
    case discarded
    /// Deleted by an administrator.
    case deleted
    /// Put back to be received again, under another id.
    case requeued
    /// Was no message, but asked whether an address exists.
    case probed
    /// Removed from the queue, but no line says what became of it.
    case unexplained
    /// Gone from the queue without any line.
    case vanished
    /// Left from the account because its table was full. It says nothing about the message.
    case evicted
    /// Was there before the log began, and is gone without any line of its end.
    case lapsed

    /// The value of the label `outcome`.
    public var label: String {
        switch self {
        case .delivered: "delivered"
        case .bounced: "bounced"
        case .expired: "expired"
        case .discarded: "discarded"
        case .deleted: "deleted"
        case .requeued: "requeued"
        case .probed: "probed"
        case .unexplained: "unexplained"
        case .vanished: "vanished"
        case .evicted: "evicted"
        case .lapsed: "lapsed"
        }
    }
}
