import Logging
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle

/// Keeps the records of the ways of messages, and looks at each message soon after its run.
struct CustodyService: Service {
    let desk: CustodyDesk
    let samples: any SampleAppending
    let world: World
    let telemetry: Telemetry
    let logger: Logger

    private static let interval: Duration = .seconds(1)
    /// Messages that are looked at in one round, some milliseconds each. What fails beyond is looked at in the next.
    private static let mostPerRound = 50
    private static let roundsPerTrim = 60

    func run() async throws {
        try await runUntilShutdown {
            var round = 0
            while true {
                try await world.clock.sleep(for: Self.interval)
                await desk.flush()
                if round % Self.roundsPerTrim == 0 { await desk.trim() }
                round += 1
                for due in desk.takeDue(most: Self.mostPerRound) { await store(await desk.assess(due)) }
            }
        }
        await desk.flush()
    }

    // MARK: - Private

    private func store(_ found: [Sample]) async {
        guard !found.isEmpty else { return }
        do {
            try await samples.append(found)
        } catch {
            telemetry.report(JourneySamplesLost(journey: "custody", reason: "\(error)"), to: logger)
        }
    }
}
