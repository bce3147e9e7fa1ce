import MailClient
import NIOCore
import NIOPosix
import PostwatchModel
import PostwatchRuntime

/// What every run of one journey works with.
public struct JourneySetting: Sendable {
    let configuration: JourneyConfiguration
    let vantage: String
    let labels: LabelSet
    let world: World
    private(set) var group: any EventLoopGroup
    let threadPool: NIOThreadPool
    let signingKey: ProbeSigningKey
    /// Where this vantage takes mail itself.
    let receivers: MailReceiverPool
    let bounceMailboxes: BounceMailboxPool
    let probes: ProbeAccounting
    /// Asks the journey's name server.
    private(set) var resolver: NameResolver
    /// The part of a run's time that is reserved: a tenth, two seconds at most.
    private static let reservedShare = 10
    private static let reservedLimit = Duration.seconds(2)
    /// What the configuration calls servers and accounts.
    private let plainWords: PlainWords
    /// One for each loop of the group.
    private let executors: [EventLoopTaskExecutor]

    init(
        configuration: JourneyConfiguration, vantage: String, labels: LabelSet, world: World, group: any EventLoopGroup,
        threadPool: NIOThreadPool, signingKey: ProbeSigningKey, receivers: MailReceiverPool, bounceMailboxes: BounceMailboxPool,
        probes: ProbeAccounting
    ) {
        self.configuration = configuration
        self.vantage = vantage
        self.labels = labels
        self.world = world
        self.group = group
        self.threadPool = threadPool
        self.signingKey = signingKey
        self.receivers = receivers
        self.bounceMailboxes = bounceMailboxes
        self.probes = probes
        resolver = NameResolver(servers: configuration.resolver.map { [$0] } ?? [], threadPool: threadPool, group: group)
        var plainWords = PlainWords()
        for need in configuration.task.accounts {
            plainWords.add(need.server)
            plainWords.add(need.account.username)
        }
        self.plainWords = plainWords
        executors = group.makeIterator().map(EventLoopTaskExecutor.init)
    }

    /// Does a run on one of the event loops, with all of its connections there.
    func onEventLoop<Value: Sendable>(_ body: (JourneySetting) async -> Value) async -> Value {
        let eventLoop = group.next()
        guard let executor = executors.first(where: { $0.eventLoop === eventLoop }) else { return await body(self) }
        var setting = self
        setting.group = executor.eventLoop
        setting.resolver = NameResolver(
            servers: configuration.resolver.map { [$0] } ?? [], threadPool: threadPool, group: executor.eventLoop)
        return await withTaskExecutorPreference(executor) { await body(setting) }
    }

    var seriesLabels: LabelSet {
        labels.merging(["journey": configuration.name, "kind": configuration.kind, "vantage": vantage])
    }

    /// Asks these name servers and no others.
    func resolver(asking servers: [Endpoint]) -> NameResolver {
        NameResolver(servers: servers, threadPool: threadPool, group: group)
    }

    /// - Parameter reserving: whether a run that is broken off needs time of its own to say goodbye, on a new connection maybe.
    func makeRecorder(reserving: Bool = false) -> RunRecorder {
        let reserve = reserving ? min(configuration.timeout / Self.reservedShare, Self.reservedLimit) : .zero
        return RunRecorder(timeout: configuration.timeout, reserving: reserve, veil: SecretVeil(sparing: plainWords))
    }

    /// What the recorder saw, as a run.
    func run(_ recorder: RunRecorder, startedAt: Timestamp) -> JourneyRun {
        var run = JourneyRun(
            journey: configuration.name, kind: configuration.kind, vantage: vantage, labels: labels, startedAt: startedAt,
            duration: recorder.duration, steps: recorder.steps, failure: recorder.failure,
            certificateExpiry: recorder.earliestCertificateExpiry.map { Timestamp(milliseconds: $0 * 1000) },
            figures: recorder.figures)
        run.passage = recorder.passage?.passage(of: run)
        return run
    }
}
