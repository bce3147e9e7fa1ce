import Logging
import PostwatchModel
import PostwatchRuntime
import ServiceLifecycle

/// Scrapes all jobs of a configuration and hands what they give to those who keep or forward it.
public final class ScrapeService: Service, TargetReporting {
    private let pools: [ScrapePool]

    /// - Parameters:
    ///   - receivers: each gets one request for every scrape, and one to end the series of a target that is gone.
    ///   - externalLabels: put on series that have no such label. For samples that leave this instance; empty for a store of its own.
    ///   - telemetry: knows `ScrapeFacts.all`.
    public init(
        _ configurations: [ScrapeConfiguration], receivers: [any RemoteWriteReceiving], externalLabels: [String: String] = [:],
        world: World, telemetry: Telemetry, logger: Logger
    ) {
        let surroundings = ScrapeSurroundings(
            receivers: receivers, externalLabels: externalLabels, world: world, telemetry: telemetry, logger: logger)
        pools = configurations.map { ScrapePool($0, surroundings: surroundings) }
    }

    /// Scrapes until the service is shut down. Series stay alive then: the next process goes on with them.
    public func run() async throws {
        try await runUntilShutdown { [pools] in
            await withDiscardingTaskGroup { group in
                for pool in pools { group.addTask { await pool.run() } }
                // Without a job there is nothing to do, but a service that ends ends them all.
                group.addTask { await Self.waitForCancellation() }
            }
        }
    }

    public func scrapePools() async -> [String] {
        pools.map(\.configuration.jobName)
    }

    public func activeTargets() async -> [ActiveTarget] {
        pools.flatMap(\.activeTargets)
    }

    public func droppedTargets() async -> [DroppedTarget] {
        pools.flatMap(\.droppedTargets)
    }

    /// What each target exposed on its last page: its labels, and type, help and unit of its metric families by their names. What a
    /// target says is bounded, and what it no longer says is forgotten.
    public func targetMetadata() async -> [(labels: LabelSet, families: [String: MetricMetadata])] {
        var all: [(labels: LabelSet, families: [String: MetricMetadata])] = []
        for pool in pools { all += await pool.families() }
        return all
    }

    // MARK: - Private

    private static func waitForCancellation() async {
        let never = AsyncStream<Void>.makeStream()
        for await _ in never.stream {}
        never.continuation.finish()
    }
}
