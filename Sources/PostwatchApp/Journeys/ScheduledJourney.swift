import PostwatchModel

/// A journey that is ready to run, and what must be known of it beside its runs.
struct ScheduledJourney: Sendable {
    let journey: any JourneyRunning
    /// Names of the nodes that it passes through.
    let path: [String]
    let confirmation: ConfirmationPolicy
}
