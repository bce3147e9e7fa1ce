import Hummingbird
import PostwatchModel
import PostwatchRuntime
import PromQL

/// Everything that Prometheus answers over HTTP, answered in its way: rules, dashboards and clients that were made for it work unchanged.
public struct PrometheusFace: Sendable {
    private let desk: QueryDesk
    private let queries: QueryRoutes
    private let exemplars: ExemplarRoute
    private let series: SeriesRoutes
    private let metadata: MetadataRoute
    private let rules: RuleRoutes
    private let targets: TargetRoutes
    private let status: StatusRoutes
    private let storage: StorageRoutes
    private let federation: FederationRoute
    private let remoteWrite: RemoteWriteRoute
    private let lifecycle: LifecycleRoutes
    private let origins: AnchoredPattern?

    /// What the face shows, and what it may do.
    public struct Parts: Sendable {
        public var samples: any SampleQuerying
        public var listing: any SeriesListing
        public var exemplars: any ExemplarQuerying
        public var metadata: any MetadataQuerying
        public var administration: any SeriesAdministering
        public var receiver: any RemoteWriteReceiving
        public var rules: any RuleReporting
        public var targets: any TargetReporting
        public var status: any StatusReporting
        /// Reads the configuration anew; throws what is wrong with it.
        public var reload: @Sendable () async throws -> Void
        /// Postwatch's own.
        public var version: String
        public var world: World
        /// Evaluates queries. Default: what runs all tasks.
        public var executor: any TaskExecutor = globalConcurrentExecutor

        public init(
            samples: any SampleQuerying, listing: any SeriesListing, exemplars: any ExemplarQuerying, metadata: any MetadataQuerying,
            administration: any SeriesAdministering, receiver: any RemoteWriteReceiving, rules: any RuleReporting,
            targets: any TargetReporting = NoTargets(), status: any StatusReporting, version: String, world: World,
            reload: @escaping @Sendable () async throws -> Void
        ) {
            self.samples = samples
            self.listing = listing
            self.exemplars = exemplars
            self.metadata = metadata
            self.administration = administration
            self.receiver = receiver
            self.rules = rules
            self.targets = targets
            self.status = status
            self.version = version
            self.world = world
            self.reload = reload
        }
    }

    public init(_ parts: Parts, options: PrometheusFaceOptions = PrometheusFaceOptions()) {
        let desk = QueryDesk(
            samples: parts.samples, limits: options.limits, maximumTime: options.queryTimeout,
            allowsExperimental: options.allowsExperimental, executor: parts.executor, world: parts.world)
        self.desk = desk
        queries = QueryRoutes(desk: desk)
        exemplars = ExemplarRoute(desk: desk, exemplars: parts.exemplars)
        series = SeriesRoutes(listing: parts.listing)
        metadata = MetadataRoute(metadata: parts.metadata)
        rules = RuleRoutes(rules: parts.rules)
        targets = TargetRoutes(targets: parts.targets)
        status = StatusRoutes(
            status: parts.status, version: parts.version, allowsExperimental: options.allowsExperimental, world: parts.world)
        storage = StorageRoutes(administration: parts.administration, isAdministrationEnabled: options.isAdministrationEnabled)
        federation = FederationRoute(
            samples: parts.samples, externalLabels: options.externalLabels, lookback: options.limits.lookback, world: parts.world)
        remoteWrite = RemoteWriteRoute(receiver: parts.receiver)
        lifecycle = LifecycleRoutes(isEnabled: options.isLifecycleEnabled, reload: parts.reload)
        origins = options.origins
    }

    /// Ends queries whose time is up or whose client went away. Runs as long as requests are answered; then it is to be cancelled.
    /// Throws `CancellationError`.
    public func watchRequests() async throws { try await desk.watchRequests() }

    public func add(to router: Router<some RequestContext>) {
        let group = router.group().add(middleware: CrossOriginAccess(origins: origins)).add(middleware: Compression())
        // Queries find their way to other threads by themselves: most are read and answered sooner than a thread is woken.
        queries.add(to: group.group().add(middleware: WorkerThreads(forLongerThan: 4096)))
        group.add(middleware: WorkerThreads())
        exemplars.add(to: group)
        series.add(to: group)
        metadata.add(to: group)
        rules.add(to: group)
        targets.add(to: group)
        status.add(to: group)
        storage.add(to: group)
        federation.add(to: group)
        remoteWrite.add(to: group)
        lifecycle.add(to: router.group().add(middleware: WorkerThreads()))
    }
}
