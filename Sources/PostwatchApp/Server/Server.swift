import AsyncHTTPClient
import Foundation
import HTTPAPI
import Hummingbird
import Journeys
import Logging
import NIOCore
import NIOPosix
import Notifiers
import PostwatchModel
import PostwatchRuntime
import PromQL
import RecordStore
import Rules
import Scraping
import SeriesStore
import ServiceLifecycle
import Triage
import WebUI

/// The server: puts every part together and runs them until SIGTERM or SIGINT.
public struct Server: Sendable {
    private let configuration: ServerConfiguration
    private let reread: @Sendable () throws -> ServerConfiguration
    private let listen: ListenAddress
    private let dataDirectory: String
    private let world: World
    private let logger: Logger

    /// - Parameter reread: reads the configuration again, when somebody asks for that; throws all its faults.
    public init(
        configuration: ServerConfiguration, listen: ListenAddress, dataDirectory: String, world: World, logger: Logger,
        reread: @escaping @Sendable () throws -> ServerConfiguration
    ) {
        self.configuration = configuration
        self.reread = reread
        self.listen = listen
        self.dataDirectory = dataDirectory
        self.world = world
        self.logger = logger
    }

    public func run() async throws {
        do {
            try FileManager.default.createDirectory(
                atPath: dataDirectory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw UnusableDataDirectory(path: dataDirectory)
        }
        let telemetry = Telemetry(facts: Facts.all)
        let desk = ReloadDesk(telemetry: telemetry, logger: logger, read: reread)
        let startedAt = world.now()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await desk.listen() }
            defer { group.cancelAll() }
            try await runAndReload(telemetry: telemetry, desk: desk, startedAt: startedAt)
        }
    }

    /// The data directory cannot be made.
    public struct UnusableDataDirectory: Error, CustomStringConvertible {
        let path: String

        public var description: String {
            "cannot make or use the directory \(path) for the server's data; choose one that this user may write to with --data"
        }
    }

    // MARK: - Private

    /// The services could not be started.
    private struct NotStarted: Error {
        let reason: any Error
    }

    /// Starts again with each new configuration; with the one before, when a new one cannot be started.
    private func runAndReload(telemetry: Telemetry, desk: ReloadDesk, startedAt: Timestamp) async throws {
        var server = self
        var last: Server?
        while true {
            do {
                guard let next = try await server.runOnce(telemetry: telemetry, desk: desk, startedAt: startedAt) else { return }
                last = server
                server = Server(
                    configuration: next, listen: listen, dataDirectory: dataDirectory, world: world, logger: logger, reread: reread)
            } catch let failure as NotStarted {
                guard let previous = last else { throw failure.reason }
                desk.noteFailure(failure.reason)
                (server, last) = (previous, nil)
            }
        }
    }

    /// Runs until the services end; gives the configuration with which to start again, if that is wanted. Throws `NotStarted`, and why a
    /// service failed.
    private func runOnce(telemetry: Telemetry, desk: ReloadDesk, startedAt: Timestamp) async throws -> ServerConfiguration? {
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        let series: SeriesStore
        do {
            series = try SeriesStore.open(
                directory: dataDirectory + "/series", configuration: configuration.storage, world: world, logger: logger)
        } catch {
            try await client.shutdown()
            throw NotStarted(reason: error)
        }
        var failure: (any Error)?
        do {
            let services: [any Service]
            do {
                services = try self.services(series, client: client, telemetry: telemetry, desk: desk, startedAt: startedAt)
            } catch {
                throw NotStarted(reason: error)
            }
            let group = ServiceGroup.untilSignalled(services, logger: logger)
            if desk.attach(group) { try await group.run() }
        } catch {
            // A service that was cut off because its time to end was over has ended all the same.
            if !(error is CancellationError && desk.isReloading) { failure = error }
        }
        await series.close()
        try await client.shutdown()
        if let error = failure as? IOError, error.errnoCode == EADDRINUSE {
            throw NotStarted(reason: ListenAddress.Fault.inUse("\(listen)"))
        }
        if let failure { throw failure }
        return desk.takeNext()
    }

    /// In the order in which each leans on those before it.
    private func services(
        _ series: SeriesStore, client: HTTPClient, telemetry: Telemetry, desk: ReloadDesk, startedAt: Timestamp
    ) throws -> [any Service] {
        let records = try RecordStore(path: dataDirectory + "/records.sqlite")
        let engine = QueryEngine(samples: series, limits: configuration.promql.limits)
        let status = PrometheusStatus(
            configuration, listen: listen, dataDirectory: dataDirectory, series: series, startedAt: startedAt, desk: desk, world: world)
        let board = JourneyBoard()
        let scraping = ScrapeService(
            configuration.scrapes, receivers: [series], world: world, telemetry: telemetry, logger: logger)
        let rules = RuleBoard()
        let plan = JourneyPlan(configuration)
        let topology = configuration.platform.topology(journeyPaths: plan.paths)
        let externalURL = configuration.externalURL ?? "http://\(listen)"
        let factory = JourneyFactory(
            vantage: Vantage.local, signingKey: try ProbeKey.load(from: dataDirectory), world: world,
            group: MultiThreadedEventLoopGroup.singleton, threadPool: .singleton)
        let journeys = try plan.entries.map { try factory.make($0.configuration, labels: $0.labels) }
        let receiver = configuration.receivers.first { $0.name == configuration.triage.receiver }
        let overviews = OverviewBuilder(
            topology: topology, journeys: plan.entries.filter { !$0.isNodeCheck }.map(OverviewBuilder.JourneySummary.init), board: board,
            engine: engine, incidents: records, figures: try NodeFigures(), world: world)
        let web = WebFace(
            prometheus: prometheus(series, rules: rules, targets: scraping, status: status, desk: desk), incidents: records,
            overviews: overviews,
            readiness: { ServerStatus.readiness(of: series) },
            metrics: { ServerStatus.metrics(of: series, telemetry: telemetry) }, world: world)
        return [
            series, scraping,
            JudgementService(
                groups: configuration.ruleGroups, defaultInterval: configuration.evaluationInterval, policy: configuration.triage,
                topology: topology, addresses: receiver?.addresses ?? [], failures: { board.lastRun(of: $0)?.failure },
                evaluator: RuleEvaluator(samples: series, limits: configuration.promql.limits), samples: series, incidents: records,
                board: rules, externalURL: externalURL, externalLabels: configuration.externalLabels, world: world, telemetry: telemetry,
                logger: logger),
            OutboxService(
                incidents: records,
                notifier: ReceiverBook(configuration.receivers, externalURL: externalURL, client: client), world: world,
                telemetry: telemetry, logger: logger),
            JourneyService(
                journeys: journeys, samples: series, board: board, world: world, telemetry: telemetry, logger: logger),
            try web.application(listen: listen, logger: logger),
        ]
    }

    private func prometheus(
        _ series: SeriesStore, rules: RuleBoard, targets: ScrapeService, status: PrometheusStatus, desk: ReloadDesk
    ) -> PrometheusFace {
        let parts = PrometheusFace.Parts(
            samples: series, listing: series, exemplars: series, metadata: series,
            administration: SeriesAdministration(of: series, snapshotDirectory: dataDirectory + "/snapshots"), receiver: series,
            rules: BoardReports(of: rules), targets: targets, status: status, version: PostwatchVersion.current, world: world,
            reload: { try await desk.reload() })
        let options = PrometheusFaceOptions(
            limits: configuration.promql.limits, queryTimeout: configuration.promql.timeout,
            allowsExperimental: configuration.promql.allowsExperimental,
            isAdministrationEnabled: configuration.web.isAdministrationEnabled,
            isLifecycleEnabled: configuration.web.isLifecycleEnabled, externalLabels: configuration.externalLabels,
            origins: configuration.web.origins)
        return PrometheusFace(parts, options: options)
    }
}
