import Collectors
import Logging
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle

/// Measures the node on its beat and hands the samples to everything that forwards them.
struct CollectionService: Service {
    let collectors: CollectorSet
    let labels: LabelSet
    let interval: Duration
    let destinations: [any SampleAppending]
    let world: World
    let telemetry: Telemetry
    let logger: Logger

    func run() async throws {
        defer { collectors.stop() }
        try await runUntilShutdown {
            let beat = Beat(every: interval, spreadBy: labels.description)
            // The first round at once: a node that has just come back should be seen to be back.
            var next = world.now()
            var failures: [String: String] = [:]
            while true {
                try await world.sleep(until: next)
                failures = await collect(knowing: failures)
                next = beat.start(after: world.now())
            }
        }
    }

    // MARK: - Private

    /// One round. A failure that is the same as in the last round is not told again; returns what fails now, by collector.
    private func collect(knowing known: [String: String]) async -> [String: String] {
        let round = await collectors.collect()
        let failures = Dictionary(round.failures.map { ($0.collector, "\($0.reason)") }) { first, _ in first }
        for (collector, reason) in failures where known[collector] != reason {
            telemetry.report(CollectionFailed(collector: collector, reason: reason), to: logger)
        }
        for collector in known.keys where failures[collector] == nil {
            telemetry.report(CollectionRecovered(collector: collector), to: logger)
        }
        let samples = round.samples(with: labels)
        for destination in destinations {
            do {
                try await destination.append(samples)
            } catch {
                telemetry.report(CollectedSamplesLost(reason: "\(error)"), to: logger)
            }
        }
        return failures
    }
}
