/// How a probe message ended. Every message that was sent ends as exactly one of these.
public enum ProbeOutcome: String, Hashable, Sendable, Codable, CodingKeyRepresentable, CaseIterable {
    /// Seen in the folder where it belongs, in time.
    case inbox
    /// Seen in the folder for unwanted mail, whenever that was.
    case junk
    /// Seen in the folder for mail that was held back, whenever that was.
    case quarantined
    /// Given back to its sender, or refused by a later server.
    case bounced
    /// Seen in the folder where it belongs, after its time.
    case late
    /// Seen more than once.
    case duplicate
    /// Accepted, and not seen in the time after which it counts as lost.
    case lost
}
