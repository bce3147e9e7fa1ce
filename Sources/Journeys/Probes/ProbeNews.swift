import PostwatchModel

/// Something about probe messages that somebody should hear of.
public enum ProbeNews: Hashable, Sendable {
    /// A server accepted the message, and it was not seen in the time after which it counts as lost.
    case lost(ProbeRecord)
    /// A message that was booked as lost has turned up; the record says as what.
    case found(ProbeRecord)
    /// The books could not be read or written. They are kept in memory meanwhile.
    case notRecorded(reason: String)
    /// The mailbox of a sender cannot be read any more: what comes back undelivered is not booked as bounced. Told once until it can be.
    case bouncesUnread(reason: String)
    /// It can be read again.
    case bouncesRead(mailbox: String)
}
