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
    /// What the agent says of itself.
    var own: @Sendable () -> [Measurement] = { [] }
    let world: World
    let telemetry: Telemetry
    let logger: Logger

    func run() async throws {
        defer { collectors.stop() }
        try await runUntilShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await collectors.keepSurveying() }
                group.addTask { try await keepCollecting() }
                try await group.waitForAll()
            }
        }
    }

    // MARK: - Private

    /// What the last round told, so that the same is not told again.
    private struct Told {
        /// By collector.
        var failures: [String: String] = [:]
        var findings: Set<CollectionRound.Finding> = []
    }

    private func keepCollecting() async throws {
        let beat = Beat(every: interval, spreadBy: labels.description)
        // The first round at once: a node that has just come back should be seen to be back.
        var told = await collect(knowing: Told())
        ProcessMemory.forgetStart()
        while true {
            try await world.sleep(until: beat.start(after: world.now()))
            told = await collect(knowing: told)
        }
    }

    /// One round. What is the same as in the last round is not told again; returns what this one told.
    private func collect(knowing known: Told) async -> Told {
        let round = await collectors.collect()
        await forward(round)
        // The end of the agent is no failure of what it could not measure any more.
        guard !Task.isCancelled else { return known }
        let failures = Dictionary(round.failures.map { ($0.collector, "\($0.reason)") }) { first, _ in first }
        for (collector, reason) in failures where known.failures[collector] != reason {
            telemetry.report(CollectionFailed(collector: collector, reason: reason), to: logger)
        }
        for collector in known.failures.keys where failures[collector] == nil {
            telemetry.report(CollectionRecovered(collector: collector), to: logger)
        }
        let findings = Set(round.findings)
        for finding in round.findings where !known.findings.contains(finding) {
            telemetry.report(FindingMade(collector: finding.collector, finding: finding.text), to: logger)
        }
        for finding in known.findings.subtracting(findings) {
            telemetry.report(FindingSettled(collector: finding.collector, finding: finding.text), to: logger)
        }
        return Told(failures: failures, findings: findings)
    }

    private func forward(_ round: CollectionRound) async {
        let samples = round.samples(with: labels) + own().flatMap { $0.samples(at: round.moment, with: labels) }
        for destination in destinations {
            do {
                try await destination.append(samples)
            } catch {
                telemetry.report(CollectedSamplesLost(reason: "\(error)"), to: logger)
            }
        }
    }
}
