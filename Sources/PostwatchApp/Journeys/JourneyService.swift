import Journeys
import Logging
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle
import Synchronization

/// Starts every journey on its beat, whatever the run before does, repeats what failed until it is confirmed, and hands on what came out.
struct JourneyService: Service {
    let journeys: [ScheduledJourney]
    /// Those whose cells name servers tell.
    let matrices: [JourneyMatrix]
    let factory: JourneyFactory
    /// The cells that run now.
    let cells: MatrixCells
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
    /// How often name servers are asked for the servers of a matrix, and how soon again when they did not tell.
    private static let refresh = (usual: Duration.seconds(300), afterFailure: Duration.seconds(15))
    /// How often the last verdict on a journey is stored between runs that are further apart: rules look back over minutes.
    private static let standingInterval: Duration = .seconds(60)
    /// Between the first runs of two journeys after the start.
    private static let stagger: Duration = .milliseconds(20)

    func run() async throws {
        let delays = BeatDelays()
        try await runUntilShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, journey) in journeys.enumerated() {
                    group.addTask { try await keepBeat(of: journey, number: number, delays) { true } }
                }
                for matrix in matrices { group.addTask { try await keepCells(of: matrix, delays) } }
                group.addTask { try await storeLiveSamples(delays) }
                try await group.waitForAll()
            }
        }
    }

    // MARK: - Private

    /// Runs the cells that name servers tell of; those that they tell of no more end with their next beat.
    private func keepCells(of matrix: JourneyMatrix, _ delays: BeatDelays) async throws {
        var known: [String: [MatrixAddress]] = [:]
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                do {
                    let names = try await factory.names(of: matrix).recalling(known)
                    known = names.addresses
                    if let failure = names.failures.min(by: { $0.key < $1.key })?.value {
                        telemetry.report(MatrixNotResolved(matrix: matrix.name, reason: failure), to: logger)
                    }
                    let change = try wish(names, of: matrix)
                    for (number, name) in change.untended.enumerated() {
                        group.addTask { try await tend(name, number: number, delays) }
                    }
                    try await world.clock.sleep(for: names.failures.isEmpty ? Self.refresh.usual : Self.refresh.afterFailure)
                } catch let faults as ConfigurationFaults {
                    telemetry.report(MatrixUnusable(matrix: matrix.name, faults: faults), to: logger)
                    try await world.clock.sleep(for: Self.refresh.usual)
                } catch {
                    if Task.isCancelled { throw CancellationError() }
                    // What was known before goes on.
                    telemetry.report(MatrixNotResolved(matrix: matrix.name, reason: "\(error)"), to: logger)
                    try await world.clock.sleep(for: Self.refresh.afterFailure)
                }
            }
        }
    }

    /// Makes the cells for what name servers say the ones that are wanted. Throws `ConfigurationFaults`; what ran before goes on then.
    private func wish(_ names: MatrixNames, of matrix: JourneyMatrix) throws -> MatrixCells.Change {
        let wanted = try matrix.cells(for: names)
        let change = cells.want(wanted, of: matrix.name)
        if let name = change.taken.first {
            telemetry.report(
                MatrixUnusable(
                    matrix: matrix.name, reason: "the cell \(name) has the name of a journey or of another matrix's cell; rename one"),
                to: logger)
        }
        if !change.fresh.isEmpty || wanted.isEmpty {
            logger.info(
                "Name servers told the servers of a matrix",
                metadata: [
                    "matrix": "\(matrix.name)", "cells": "\(wanted.count)", "new": "\(change.fresh.count)",
                    "hosts": "\(names.addresses.keys.sorted().joined(separator: " "))",
                ])
        }
        return change
    }

    /// Runs what is wanted under a name, until nothing is. When that changes, what ran before has ended before the new one is made.
    private func tend(_ name: String, number: Int, _ delays: BeatDelays) async throws {
        try await cells.tend(name) { cell in
            do {
                let journey = try ScheduledJourney(cell.configuration, labels: cell.configuration.labels, madeBy: factory)
                cells.begin(cell, as: journey)
                defer { cells.end(cell) }
                try await keepBeat(of: journey, number: number, delays) { cells.holds(cell) }
            } catch let failure as UnusableJourney {
                telemetry.report(MatrixUnusable(matrix: cell.matrix, reason: "\(failure)"), to: logger)
                try await world.clock.sleep(for: Self.refresh.usual)
            }
        }
    }

    /// - Parameter isWanted: asked at each beat; the journey ends when it is not.
    private func keepBeat(
        of scheduled: ScheduledJourney, number: Int, _ delays: BeatDelays, while isWanted: @escaping @Sendable () -> Bool
    ) async throws {
        let journey = scheduled.journey
        let beat = Beat(every: journey.interval, spreadBy: journey.name)
        let course = JourneyCourse(scheduled.confirmation)
        try await withThrowingDiscardingTaskGroup { runs in
            // The first runs start soon: a page without results for a whole interval after a restart helps nobody. Not all at once: thousands
            // of them would be an attack.
            let start = world.now()
            var next = min(beat.start(after: start), start + Self.stagger * number)
            while true {
                while next - world.now() > Self.standingInterval {
                    try await world.sleep(until: world.now() + Self.standingInterval)
                    guard isWanted() else { return }
                    await store(course.standing(at: world.now()), of: journey.name)
                }
                try await world.sleep(until: next)
                guard isWanted() else { return }
                let due = next
                next = beat.start(after: max(world.now(), due))
                guard course.begin(atMost: Self.maximumInFlight) else {
                    telemetry.report(JourneyBeatSkipped(journey: journey.name), to: logger)
                    continue
                }
                runs.addTask {
                    delays.observe(world.now() - due)
                    await runAndConfirm(scheduled, course, while: isWanted)
                }
            }
        }
    }

    /// A run that was begun, and the repeats that its outcome asks for.
    private func runAndConfirm(_ scheduled: ScheduledJourney, _ course: JourneyCourse, while isWanted: @Sendable () -> Bool) async {
        var wait = await runOnce(scheduled, course, isRepeat: false)
        while let pause = wait {
            do {
                try await world.clock.sleep(for: pause)
            } catch {
                return course.abandonRepeat()
            }
            guard isWanted() else { return course.abandonRepeat() }
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
            // Who runs no journeys has no beats to be late for.
            let own = journeys.isEmpty && matrices.isEmpty ? [] : delays.samples(labels: ["vantage": vantage], at: moment)
            await store((journeys + cells.running()).flatMap { $0.journey.liveSamples(at: moment) } + own, of: "live")
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
