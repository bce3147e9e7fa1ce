import AsyncHTTPClient
import Catalogue
import Foundation
import HTTPAPI
import Journeys
import Logging
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
        let switchboard = Switchboard()
        let web = WebService(switchboard: switchboard, listen: listen, logger: logger)
        do {
            try await ServiceGroup.untilSignalled(
                [Parts(server: self, switchboard: switchboard), web],
                endingWithin: WebService.patience + Self.patience + .seconds(5), logger: logger
            ).run()
        } catch let failure as NotStarted {
            throw failure.reason
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

    /// How long the services have to end, a flush and what is sent included, before they are cut off. What is acknowledged is on disk by
    /// then in any case.
    private static let patience = Duration.seconds(10)
    /// A vantage that has told nothing for longer is gone.
    private static let runMemory = Duration.seconds(86_400)

    /// The services could not be started.
    private struct NotStarted: Error {
        let reason: any Error
    }

    /// Everything but the listening socket: ends and starts again with each new configuration.
    private struct Parts: Service {
        let server: Server
        let switchboard: Switchboard

        func run() async throws {
            let world = server.world
            let telemetry = Telemetry(facts: Facts.server)
            let desk = ReloadDesk(telemetry: telemetry, logger: server.logger, read: server.reread)
            let fixtures = Fixtures(telemetry: telemetry, desk: desk, switchboard: switchboard, startedAt: world.now())
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await desk.listen() }
                defer { group.cancelAll() }
                try await server.runAndReload(fixtures)
            }
        }
    }

    /// What stays while the services start anew.
    private struct Fixtures: Sendable {
        let telemetry: Telemetry
        let desk: ReloadDesk
        let switchboard: Switchboard
        let queryThreads = QueryThreads()
        let startedAt: Timestamp
    }

    /// Starts again with each new configuration; with the one before, when a new one cannot be started.
    private func runAndReload(_ fixtures: Fixtures) async throws {
        var server = self
        var last: Server?
        while true {
            do {
                guard let next = try await server.runOnce(fixtures) else { return }
                last = server
                server = Server(
                    configuration: next, listen: listen, dataDirectory: dataDirectory, world: world, logger: logger, reread: reread)
            } catch let failure as NotStarted {
                guard let previous = last else { throw failure }
                fixtures.desk.noteFailure(failure.reason)
                (server, last) = (previous, nil)
            }
        }
    }

    /// Runs until the services end; gives the configuration with which to start again, if that is wanted. Throws `NotStarted`, and why a
    /// service failed.
    private func runOnce(_ fixtures: Fixtures) async throws -> ServerConfiguration? {
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
                services = try self.services(series, client: client, fixtures)
            } catch {
                throw NotStarted(reason: error)
            }
            let group = ServiceGroup.untilTold(services, endingWithin: Self.patience, logger: logger)
            fixtures.desk.attach(group)
            try await group.run()
        } catch {
            // A service that was cut off because its time to end was over has ended all the same.
            if !(error is CancellationError && fixtures.desk.isReloading) { failure = error }
        }
        await series.close()
        try await client.shutdown()
        if let failure { throw failure }
        return Task.isShuttingDownGracefully ? nil : fixtures.desk.takeNext()
    }

    /// In the order in which each leans on those before it.
    private func services(
        _ series: SeriesStore, client: HTTPClient, _ fixtures: Fixtures
    ) throws -> [any Service] {
        let (telemetry, desk) = (fixtures.telemetry, fixtures.desk)
        let records = try RecordStore(path: dataDirectory + "/records.sqlite")
        let engine = QueryEngine(samples: series, limits: configuration.promql.limits)
        let status = PrometheusStatus(
            configuration, listen: listen, dataDirectory: dataDirectory, series: series, startedAt: fixtures.startedAt,
            desk: desk, world: world)
        let board = JourneyBoard()
        let cells = MatrixCells(besides: configuration.journeys.map(\.name))
        let custody = CustodyDesk(store: records, books: records, world: world, telemetry: telemetry, logger: logger)
        // What vantages told before a restart is known at once, not with their next runs.
        for last in try records.lastRuns(since: world.now() - Self.runMemory) {
            board.record(last.report, at: last.takenAt)
            if !last.report.run.isSuccess { custody.watch(last.report.run) }
        }
        let scraping = ScrapeService(
            configuration.scrapes, receivers: [series], world: world, telemetry: telemetry, logger: logger)
        let rules = RuleBoard()
        let plan = JourneyPlan(configuration)
        let topology = configuration.platform.topology(journeyPaths: plan.paths)
        let externalURL = configuration.externalURL ?? "http://\(listen)"
        let news = ProbeNewsDesk(telemetry: telemetry, logger: logger, world: world)
        let follow: @Sendable (ProbeRecord) -> Void = { record in
            guard let sentence = news.explanation(of: record) else { return }
            custody.follow(record, explaining: sentence)
        }
        let failures = JourneyFailures(news: news, board: board, custody: custody)
        // What was lost before a restart explains what fires after it.
        for record in try records.losses(since: world.now() - ProbeNewsDesk.memory) {
            news.remember(record)
            follow(record)
        }
        let probes = ProbeAccounting(
            recording: records,
            report: { item in
                news.take(item)
                if case .lost(let record) = item { follow(record) }
            })
        let factory = JourneyFactory(
            vantage: Vantage.local, signingKey: try ProbeKey.load(from: dataDirectory), probes: probes, world: world,
            group: MultiThreadedEventLoopGroup.singleton, threadPool: .singleton)
        let journeys = try plan.schedule(by: factory)
        let receiver = configuration.receivers.first { $0.name == configuration.triage.receiver }
        let overviews = OverviewBuilder(
            topology: topology, journeys: plan.entries.filter { !$0.isNodeCheck }.map { OverviewBuilder.JourneySummary($0.configuration) },
            matrices: configuration.matrices.map { ($0.name, $0.kind) }, cells: cells, board: board, engine: engine, incidents: records,
            figures: try NodeFigures(), world: world)
        let coverage = CoverageBuilder(
            topology: topology, listing: series, groups: configuration.ruleGroups,
            journeys: plan.entries.map { entry in
                JourneyPath(name: entry.configuration.name, kind: entry.configuration.kind, nodes: entry.configuration.path)
            }, world: world)
        let web = WebFace(
            switchboard: fixtures.switchboard, prometheus: prometheus(series, rules: rules, targets: scraping, status: status, fixtures),
            incidents: records,
            overviews: overviews, coverage: coverage, rules: rules, journeys: board,
            custody: custody,
            reports: ReportDesk(
                ReportDesk.Taker.all, store: records, world: world, telemetry: telemetry, logger: logger,
                publish: { batch, changes in
                    for report in batch.runs {
                        board.record(report, at: world.now())
                        custody.watch(report.run)
                    }
                    for change in changes {
                        news.take(change)
                        if change.report.outcome == .lost { follow(change.report.record) }
                    }
                }),
            readiness: { ServerStatus.readiness(of: series) },
            metrics: { ServerStatus.metrics(of: series, telemetry: telemetry) }, world: world)
        return [
            series, scraping,
            JudgementService(
                groups: configuration.ruleGroups, defaultInterval: configuration.evaluationInterval, policy: configuration.triage,
                topology: topology, addresses: receiver?.addresses ?? [],
                failures: failures.sentence, losses: failures.loss,
                evidence: JourneyWitnesses(plan: plan, board: board, world: world).evidence,
                evaluator: RuleEvaluator(samples: series, limits: configuration.promql.limits), samples: series, incidents: records,
                board: rules, externalURL: externalURL, externalLabels: configuration.externalLabels, world: world, telemetry: telemetry,
                logger: logger),
            LivenessService(
                groups: configuration.ruleGroups, listing: series, board: rules, world: world, telemetry: telemetry, logger: logger),
            OutboxService(
                incidents: records,
                notifier: ReceiverBook(configuration.receivers, externalURL: externalURL, client: client), world: world,
                telemetry: telemetry, logger: logger),
            // They end in the reverse order: what the last runs tell is stored too.
            CustodyService(desk: custody, samples: series, world: world, telemetry: telemetry, logger: logger),
            ProbeBookService(books: probes),
            JourneyService(
                journeys: journeys, matrices: configuration.matrices, factory: factory, cells: cells, vantage: Vantage.local,
                destinations: [series],
                report: { report in
                    board.record(report, at: world.now())
                    custody.take(report.run)
                }, world: world, telemetry: telemetry, logger: logger),
            web,
        ]
    }

    private func prometheus(
        _ series: SeriesStore, rules: RuleBoard, targets: ScrapeService, status: PrometheusStatus, _ fixtures: Fixtures
    ) -> PrometheusFace {
        var parts = PrometheusFace.Parts(
            samples: series, listing: series, exemplars: series, metadata: series,
            administration: SeriesAdministration(of: series, snapshotDirectory: dataDirectory + "/snapshots"), receiver: series,
            rules: BoardReports(of: rules), targets: targets, status: status, version: PostwatchVersion.current, world: world,
            reload: { try await fixtures.desk.reload() })
        parts.executor = fixtures.queryThreads
        let options = PrometheusFaceOptions(
            limits: configuration.promql.limits, queryTimeout: configuration.promql.timeout,
            allowsExperimental: configuration.promql.allowsExperimental,
            isAdministrationEnabled: configuration.web.isAdministrationEnabled,
            isLifecycleEnabled: configuration.web.isLifecycleEnabled, externalLabels: configuration.externalLabels,
            origins: configuration.web.origins)
        return PrometheusFace(parts, options: options)
    }
}
