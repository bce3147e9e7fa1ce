import PostwatchModel

/// Something about probe messages that somebody should hear of.
public enum ProbeNews: Hashable, Sendable {
    /// A server accepted the message, and it was not seen in the time after which it counts as lost.
    case lost(ProbeRecord)
    /// A message that was booked as lost has turned up; the record says as what.
    case found(ProbeRecord)
    /// The books could not be read or written. They are kept in memory meanwhile.
    case notRecorded(reason: String)
}
