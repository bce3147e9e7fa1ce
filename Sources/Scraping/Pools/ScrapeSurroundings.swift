import Logging
import PostwatchModel
import PostwatchRuntime

/// What all scrapers of a service share.
struct ScrapeSurroundings: Sendable {
    /// Each gets every request.
    let receivers: [any RemoteWriteReceiving]
    let externalLabels: [String: String]
    let world: World
    let telemetry: Telemetry
    let logger: Logger

    /// Counts a fact about a fault, and logs it unless the fault is not to be told of.
    func report(_ fact: some Fact, after effect: FaultTracker.Effect) {
        telemetry.report(fact, to: effect == .silence ? Self.silence : logger)
    }

    /// Says how much time has passed since this was called.
    func stopwatch() -> () -> Duration {
        Self.stopwatch(world.clock)
    }

    private static let silence = Logger(label: "postwatch.silence") { _ in SwiftLogNoOpLogHandler() }

    private static func stopwatch(_ clock: some Clock<Duration>) -> () -> Duration {
        let begun = clock.now
        return { begun.duration(to: clock.now) }
    }
}
