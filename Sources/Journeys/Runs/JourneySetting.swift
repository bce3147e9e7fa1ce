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
    let group: any EventLoopGroup
    let threadPool: NIOThreadPool
    let signingKey: ProbeSigningKey
    let probes: ProbeAccounting
    /// Asks the journey's name server.
    let resolver: NameResolver

    init(
        configuration: JourneyConfiguration, vantage: String, labels: LabelSet, world: World, group: any EventLoopGroup,
        threadPool: NIOThreadPool, signingKey: ProbeSigningKey, probes: ProbeAccounting
    ) {
        self.configuration = configuration
        self.vantage = vantage
        self.labels = labels
        self.world = world
        self.group = group
        self.threadPool = threadPool
        self.signingKey = signingKey
        self.probes = probes
        resolver = NameResolver(servers: configuration.resolver.map { [$0] } ?? [], threadPool: threadPool, group: group)
    }

    var seriesLabels: LabelSet {
        labels.merging(["journey": configuration.name, "kind": configuration.kind, "vantage": vantage])
    }

    /// Asks these name servers and no others.
    func resolver(asking servers: [Endpoint]) -> NameResolver {
        NameResolver(servers: servers, threadPool: threadPool, group: group)
    }

    func makeRecorder() -> RunRecorder {
        RunRecorder(timeout: configuration.timeout)
    }

    /// What the recorder saw, as a run.
    func run(_ recorder: RunRecorder, startedAt: Timestamp) -> JourneyRun {
        var run = JourneyRun(
            journey: configuration.name, kind: configuration.kind, vantage: vantage, labels: labels, startedAt: startedAt,
            duration: recorder.duration, steps: recorder.steps, failure: recorder.failure,
            certificateExpiry: recorder.earliestCertificateExpiry.map { Timestamp(milliseconds: $0 * 1000) })
        run.passage = recorder.passage?.passage(of: run)
        return run
    }
}
