import MailClient
import NIOCore
import NIOPosix
import PostwatchModel
import PostwatchRuntime

/// Makes journeys of their configuration. One per vantage.
public struct JourneyFactory: Sendable {
    private let vantage: String
    private let signingKey: ProbeSigningKey
    private let probes: ProbeAccounting
    private let world: World
    let group: any EventLoopGroup
    let threadPool: NIOThreadPool
    private let receivers = MailReceiverPool()
    private let bounceMailboxes = BounceMailboxPool()

    /// `threadPool` must be running; name servers are asked on its threads, one for each question that is under way.
    /// - Parameter probes: where it is written down what becomes of messages. Default: nowhere, for a run by hand.
    public init(
        vantage: String, signingKey: ProbeSigningKey, probes: ProbeAccounting = ProbeAccounting(), world: World, group: any EventLoopGroup,
        threadPool: NIOThreadPool
    ) {
        self.vantage = vantage
        self.signingKey = signingKey
        self.probes = probes
        self.world = world
        self.group = group
        self.threadPool = threadPool
    }

    /// A journey that is ready to run, and keeps what it must know from run to run. `labels` go to all of its series.
    /// Throws when a file with trusted roots cannot be read, or a source address is none.
    public func make(_ configuration: JourneyConfiguration, labels: LabelSet = [:]) throws(UnusableJourney) -> any JourneyRunning {
        let setting = setting(of: configuration, labels: labels)
        do {
            return try configuration.task.journey(in: setting)
        } catch {
            throw UnusableJourney(journey: configuration.name, reason: "\(error)")
        }
    }

    func setting(of configuration: JourneyConfiguration, labels: LabelSet) -> JourneySetting {
        JourneySetting(
            configuration: configuration, vantage: vantage, labels: labels, world: world, group: group, threadPool: threadPool,
            signingKey: signingKey, receivers: receivers, bounceMailboxes: bounceMailboxes, probes: probes)
    }
}

/// Why a journey cannot be made; the description says what to change.
public struct UnusableJourney: Error, Hashable, Sendable, CustomStringConvertible {
    public let journey: String
    public let reason: String

    public var description: String { "journey \(journey) cannot run: \(reason)" }
}
