/// What a vantage makes of a journey's runs.
public enum JourneyState: String, Hashable, Sendable, Codable, CaseIterable {
    case up
    /// A run failed, and it is not known yet whether that was a blip.
    case suspect
    /// Confirmed by repeats.
    case down
}
