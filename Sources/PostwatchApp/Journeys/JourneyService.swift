import Journeys
import Logging
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle
import Synchronization

/// Starts every journey on its beat, whatever the run before does, repeats what failed until it is confirmed, and hands on what came out.
struct JourneyService: Service {
    let journeys: [ScheduledJourney]
    let vantage: String
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
    /// Between the first runs of two journeys after the start.
    private static let stagger: Duration = .milliseconds(20)

    func run() async throws {
        let delays = BeatDelays()
        try await runUntilShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, journey) in journeys.enumerated() {
                    group.addTask { try await keepBeat(of: journey, number: number, delays) }
                }
                group.addTask { try await storeLiveSamples(delays) }
                try await group.waitForAll()
            }
        }
    }

    // MARK: - Private

    private func keepBeat(of scheduled: ScheduledJourney, number: Int, _ delays: BeatDelays) async throws {
        let journey = scheduled.journey
        let beat = Beat(every: journey.interval, spreadBy: journey.name)
        let course = JourneyCourse(scheduled.confirmation)
        try await withThrowingDiscardingTaskGroup { runs in
            // The first runs start soon: a page without results for a whole interval after a restart helps nobody. Not all at once: thousands
            // of them would be an attack.
            let start = world.now()
            var next = min(beat.start(after: start), start + Self.stagger * number)
            while true {
                try await world.sleep(until: next)
                let due = next
                next = beat.start(after: max(world.now(), due))
                guard course.begin(atMost: Self.maximumInFlight) else {
                    telemetry.report(JourneyBeatSkipped(journey: journey.name), to: logger)
                    continue
                }
                runs.addTask {
                    delays.observe(world.now() - due)
                    await runAndConfirm(scheduled, course)
                }
            }
        }
    }

    /// A run that was begun, and the repeats that its outcome asks for.
    private func runAndConfirm(_ scheduled: ScheduledJourney, _ course: JourneyCourse) async {
        var wait = await runOnce(scheduled, course, isRepeat: false)
        while let pause = wait {
            do {
                try await world.clock.sleep(for: pause)
            } catch {
                return course.abandonRepeat()
            }
            guard course.begin(atMost: Self.maximumInFlight) else {
                telemetry.report(JourneyBeatSkipped(journey: scheduled.journey.name), to: logger)
                return course.abandonRepeat()
            }
            wait = await runOnce(scheduled, course, isRepeat: true)
        }
    }

    /// Returns after how long it is to be repeated by whoever called this.
    private func runOnce(_ scheduled: ScheduledJourney, _ course: JourneyCourse, isRepeat: Bool) async -> Duration? {
        let run = await scheduled.journey.run()
        course.end()
        // A run that was cut short by our own shutdown says nothing about the platform.
        guard !Task.isCancelled else { return nil }
        let conclusion = course.conclude(run, isRepeat: isRepeat)
        await report(
            JourneyReport(
                run: run, path: scheduled.path, interval: scheduled.journey.interval, state: conclusion.state,
                failingSince: conclusion.failingSince))
        await store(run.samples + conclusion.samples, of: scheduled.journey.name)
        return conclusion.repeatAfter
    }

    private func storeLiveSamples(_ delays: BeatDelays) async throws {
        let beat = Beat(every: Self.liveInterval)
        while true {
            let moment = beat.start(after: world.now())
            try await world.sleep(until: moment)
            let own = delays.samples(labels: ["vantage": vantage], at: moment)
            await store(journeys.flatMap { $0.journey.liveSamples(at: moment) } + own, of: "live")
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
