import Journeys
import Logging
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle
import Synchronization

/// Starts every journey on its beat, whatever the run before does, and hands on what came out.
struct JourneyService: Service {
    let journeys: [ScheduledJourney]
    /// Everything that takes samples.
    let destinations: [any SampleAppending]
    /// Takes what became of each run.
    let report: @Sendable (JourneyReport) async -> Void
    let world: World
    let telemetry: Telemetry
    let logger: Logger

    /// Runs of one journey that may be under way at once; a beat beyond that is skipped and counted.
    private static let maximumInFlight = 16
    /// How often the gauges of what is under way are stored.
    private static let liveInterval: Duration = .seconds(5)

    func run() async throws {
        try await runUntilShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for journey in journeys { group.addTask { try await keepBeat(of: journey) } }
                group.addTask { try await storeLiveSamples() }
                try await group.waitForAll()
            }
        }
    }

    // MARK: - Private

    private func keepBeat(of scheduled: ScheduledJourney) async throws {
        let journey = scheduled.journey
        let beat = Beat(every: journey.interval, spreadBy: journey.name)
        let inFlight = InFlight()
        try await withThrowingDiscardingTaskGroup { runs in
            // The first run starts at once: a page without results for a whole interval after a restart helps nobody.
            var next = world.now()
            while true {
                try await world.sleep(until: next)
                next = beat.start(after: world.now())
                guard inFlight.begin(atMost: Self.maximumInFlight) else {
                    telemetry.report(JourneyBeatSkipped(journey: journey.name), to: logger)
                    continue
                }
                runs.addTask {
                    await runOnce(scheduled)
                    inFlight.end()
                }
            }
        }
    }

    private func runOnce(_ scheduled: ScheduledJourney) async {
        let journey = scheduled.journey
        let run = await journey.run()
        // A run that was cut short by our own shutdown says nothing about the platform.
        guard !Task.isCancelled else { return }
        await report(JourneyReport(run: run, path: scheduled.path, interval: journey.interval))
        await store(run.samples, of: journey.name)
    }

    private func storeLiveSamples() async throws {
        let beat = Beat(every: Self.liveInterval)
        while true {
            let moment = beat.start(after: world.now())
            try await world.sleep(until: moment)
            await store(journeys.flatMap { $0.journey.liveSamples(at: moment) }, of: "live")
        }
    }

    private func store(_ samples: [Sample], of name: String) async {
        guard !samples.isEmpty else { return }
        for destination in destinations {
            do {
                try await destination.append(samples)
            } catch {
                telemetry.report(JourneySamplesLost(journey: name, reason: "\(error)"), to: logger)
            }
        }
    }
}

/// Counts the runs of one journey that are under way.
private final class InFlight: Sendable {
    private let count = Mutex(0)

    /// `false` when there are `limit` already.
    func begin(atMost limit: Int) -> Bool {
        count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }

    func end() {
        count.withLock { $0 -= 1 }
    }
}
