import Collectors
import ExpositionFormat
import Forwarding
import Foundation
import Journeys
import Logging
import NIOPosix
import PostwatchModel
import PostwatchRuntime
import RecordStore
import Scraping
import ServiceLifecycle

/// The agent: measures one node, runs journeys from where it is, and pushes what came out; what cannot be pushed waits on disk.
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
        let telemetry = Telemetry(facts: Facts.agent)
        let forwarders = try configuration.remoteWrite.map {
            try RemoteWriteForwarder.open(configuration: $0, world: world, logger: logger)
        }
        let reports = try reportForwarder()
        let figures = figures(of: forwarders, reports)
        let mailLogs = mailLogs(isSaving: true, reports: reports)
        let collection = CollectionService(
            collectors: CollectorSet(configuration.collectors, mailLogs: mailLogs, world: world), labels: configuration.labels,
            interval: configuration.interval, destinations: forwarders,
            own: { figures.measurements + telemetry.measurements }, world: world, telemetry: telemetry, logger: logger)
        let scraping = ScrapeService(
            configuration.scrapes, receivers: forwarders, externalLabels: configuration.externalLabels, world: world, telemetry: telemetry,
            logger: logger)
        let reading = MailLogService(mailLogs: mailLogs)
        let journeys = try journeyServices(destinations: forwarders, reports: reports, telemetry: telemetry)
        logger.info("The agent starts", metadata: ["node": "\(configuration.node)", "version": "\(PostwatchVersion.current)"])
        // What is under way may take as long as the slowest server is given.
        let receivers = configuration.remoteWrite + [configuration.reportTo].compactMap { $0 }
        let patience: Duration = .seconds(10) + (receivers.map(\.timeout).max() ?? .zero)
        var services: [any Service] = forwarders
        if let reports { services.append(reports) }
        services += [scraping, reading, collection] + journeys
        try await ServiceGroup.untilSignalled(services, endingWithin: patience, logger: logger).run()
    }

    // MARK: - Private

    /// Between the booking of an end and its report lies a write to the buffer on disk.
    private static let endsToldAgain = Duration.seconds(600)

    private func figures(of forwarders: [RemoteWriteForwarder], _ reports: ReportForwarder?) -> ForwardingFigures {
        var lines = zip(configuration.remoteWrite, forwarders).map { destination, forwarder in
            ForwardingFigures.Line(cargo: "samples", url: destination.url, status: forwarder.status)
        }
        if let reports, let url = configuration.reportTo?.url {
            lines.append(ForwardingFigures.Line(cargo: "reports", url: url, status: reports.status))
        }
        return ForwardingFigures(lines: lines)
    }

    /// `nil` when there is nothing to report, or nobody to report to.
    private func reportForwarder() throws -> ReportForwarder? {
        guard configuration.hasJourneys || !configuration.collectors.mailLogs.isEmpty else { return nil }
        return try configuration.reportTo.map { try ReportForwarder.open(configuration: $0, world: world, logger: logger) }
    }

    /// What runs journeys and keeps the account of their messages, in the order in which each leans on those before it; none without
    /// journeys.
    private func journeyServices(
        destinations: [any SampleAppending], reports: ReportForwarder?, telemetry: Telemetry
    ) throws -> [any Service] {
        guard configuration.hasJourneys else { return [] }
        if let directory = configuration.dataDirectory {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        let signingKey = try signingKey()
        let records = try configuration.dataDirectory.map { try RecordStore(path: $0 + "/records.sqlite") }
        let news = ProbeNewsDesk(telemetry: telemetry, logger: logger, world: world)
        let ends = reports.map { MessageEndService(reports: $0, world: world, telemetry: telemetry, logger: logger) }
        let probes = ProbeAccounting(recording: records, report: news.take, ended: { ends?.take($0) })
        // Those of which the server may not have heard when the agent was killed; it knows what it has heard before.
        if let ends, let records { ends.take(try records.lastEnds(within: Self.endsToldAgain, limit: 5000)) }
        let factory = JourneyFactory(
            vantage: configuration.vantage, signingKey: signingKey, probes: probes, world: world,
            group: MultiThreadedEventLoopGroup.singleton, threadPool: .singleton)
        return (ends.map { [$0] } ?? []) + [
            ProbeBookService(books: probes),
            JourneyService(
                journeys: try JourneyPlan(configuration.journeys).schedule(by: factory), matrices: configuration.matrices,
                factory: factory, cells: MatrixCells(besides: configuration.journeys.map(\.name)),
                vantage: configuration.vantage, destinations: destinations,
                report: { await reports?.report($0) }, world: world, telemetry: telemetry, logger: logger),
        ]
    }

    private func signingKey() throws -> ProbeSigningKey {
        if let file = configuration.probeKeyFile { return try ProbeKey.shared(in: file) }
        guard let directory = configuration.dataDirectory else { preconditionFailure("journeys come from a configuration file") }
        return try ProbeKey.load(from: directory)
    }

    private func mailLogs(isSaving: Bool, reports: ReportForwarder? = nil) -> MailLogWatch {
        var pass: (@Sendable (Transit) async -> Void)?
        if let reports { pass = { await reports.report($0) } }
        return MailLogWatch(
            configuration.collectors.mailLogs, dataDirectory: configuration.dataDirectory, isSaving: isSaving, world: world,
            node: configuration.node, pass: pass
        ) { [logger] log, notice in
            logger.warning("A mail log was not read as usual", metadata: ["log": "\(log)", "what": "\(notice)"])
        }
    }
}
