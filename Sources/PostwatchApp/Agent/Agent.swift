import Collectors
import ExpositionFormat
import Forwarding
import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime
import Scraping
import ServiceLifecycle

/// The agent: measures one node, and pushes what it measured; what cannot be pushed waits on disk.
public struct Agent: Sendable {
    let configuration: AgentConfiguration
    let world: World
    let logger: Logger

    public init(configuration: AgentConfiguration, world: World, logger: Logger) {
        self.configuration = configuration
        self.world = world
        self.logger = logger
    }

    /// Nothing says where samples go.
    public struct NoDestination: Error, CustomStringConvertible {
        public let description = "the agent does not know where to push: give --config FILE with remote_write, or use --once"
    }

    /// Measures once; returns what would be pushed, as OpenMetrics text.
    public func once() async throws -> String {
        // An agent that runs beside this keeps its state.
        let mailLogs = mailLogs(isSaving: false)
        let collectors = CollectorSet(configuration.collectors, mailLogs: mailLogs, world: world)
        defer {
            collectors.stop()
            mailLogs.stop()
        }
        await collectors.survey()
        let round = await collectors.collect()
        for finding in round.findings {
            logger.warning(FindingMade.message, metadata: ["collector": "\(finding.collector)", "finding": "\(finding.text)"])
        }
        for failure in round.failures {
            logger.warning("A collector failed", metadata: ["collector": "\(failure.collector)", "reason": "\(failure.reason)"])
        }
        return OpenMetricsText.write(round.measurements.map { MetricFamily($0, labels: configuration.labels) })
    }

    /// Runs until SIGTERM or SIGINT.
    public func run() async throws {
        guard !configuration.remoteWrite.isEmpty else { throw NoDestination() }
        let telemetry = Telemetry(facts: Facts.all)
        let forwarders = try configuration.remoteWrite.map {
            try RemoteWriteForwarder.open(configuration: $0, world: world, logger: logger)
        }
        let mailLogs = mailLogs(isSaving: true)
        let collection = CollectionService(
            collectors: CollectorSet(configuration.collectors, mailLogs: mailLogs, world: world), labels: configuration.labels,
            interval: configuration.interval, destinations: forwarders, world: world, telemetry: telemetry, logger: logger)
        let scraping = ScrapeService(
            configuration.scrapes, receivers: forwarders, externalLabels: configuration.externalLabels, world: world, telemetry: telemetry,
            logger: logger)
        let reading = MailLogService(mailLogs: mailLogs)
        logger.info("The agent starts", metadata: ["node": "\(configuration.node)", "version": "\(PostwatchVersion.current)"])
        // What is under way may take as long as the slowest server is given.
        let patience: Duration = .seconds(10) + (configuration.remoteWrite.map(\.timeout).max() ?? .zero)
        try await ServiceGroup.untilSignalled(forwarders + [scraping, reading, collection], endingWithin: patience, logger: logger).run()
    }

    // MARK: - Private

    private func mailLogs(isSaving: Bool) -> MailLogWatch {
        MailLogWatch(
            configuration.collectors.mailLogs, dataDirectory: configuration.dataDirectory, isSaving: isSaving, world: world
        ) { [logger] log, notice in
            logger.warning("A mail log was not read as usual", metadata: ["log": "\(log)", "what": "\(notice)"])
        }
    }
}
