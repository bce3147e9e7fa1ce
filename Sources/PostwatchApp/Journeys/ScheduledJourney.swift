import Journeys
import PostwatchModel

/// A journey that is ready to run, and what must be known of it beside its runs.
struct ScheduledJourney: Sendable {
    let journey: any JourneyRunning
    /// Names of the nodes that it passes through.
    let path: [String]
    let confirmation: ConfirmationPolicy
}

extension ScheduledJourney {
    /// Throws `UnusableJourney`.
    init(_ configuration: JourneyConfiguration, labels: LabelSet, madeBy factory: JourneyFactory) throws {
        self.init(
            journey: try factory.make(configuration, labels: labels), path: configuration.path, confirmation: configuration.confirmation)
    }
}
