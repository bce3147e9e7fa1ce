import MailClient
import NIOCore
import NIOPosix
import PostwatchModel
import PostwatchRuntime

/// Makes journeys of their configuration. One per vantage.
public struct JourneyFactory: Sendable {
    private let vantage: String
    private let signingKey: ProbeSigningKey
    private let world: World
    private let group: any EventLoopGroup
    private let threadPool: NIOThreadPool

    /// `threadPool` must be running; name servers are asked on its threads, one for each question that is under way.
    public init(
        vantage: String, signingKey: ProbeSigningKey, world: World, group: any EventLoopGroup, threadPool: NIOThreadPool
    ) {
        self.vantage = vantage
        self.signingKey = signingKey
        self.world = world
        self.group = group
        self.threadPool = threadPool
    }

    /// A journey that is ready to run, and keeps what it must know from run to run. `labels` go to all of its series.
    /// Throws when the configuration has faults, a file with trusted roots cannot be read, or a source address is none.
    public func make(_ configuration: JourneyConfiguration, labels: LabelSet = [:]) throws(UnusableJourney) -> any JourneyRunning {
        if let fault = configuration.faults.first {
            throw UnusableJourney(journey: configuration.name, reason: "\(fault.key): found \(fault.found); write \(fault.write)")
        }
        let setting = JourneySetting(
            configuration: configuration, vantage: vantage, labels: labels, world: world, group: group,
            resolver: NameResolver(servers: configuration.resolver.map { [$0] } ?? [], threadPool: threadPool, group: group))
        do {
            let mailbox = try configuration.imap.map { try MailboxRoute($0) }
            let exchange = try configuration.smtp.map { try ExchangeRoute($0) }
            switch configuration.kind {
            case .imap:
                if let mailbox { return IMAPJourney(setting: setting, route: mailbox) }
            case .smtp:
                if let exchange { return SMTPJourney(setting: setting, route: exchange) }
            case .inbound:
                if let mailbox, let exchange {
                    return InboundJourney(setting: setting, exchange: exchange, mailbox: mailbox, key: signingKey)
                }
            case .dns:
                if let question = configuration.dns {
                    let server = NameResolver(servers: [question.server], threadPool: threadPool, group: group)
                    return DNSJourney(setting: setting, question: question, server: server)
                }
            }
            throw UnusableJourney(journey: configuration.name, reason: "a section is missing")
        } catch {
            throw error as? UnusableJourney ?? UnusableJourney(journey: configuration.name, reason: "\(error)")
        }
    }
}

/// Why a journey cannot be made; the description says what to change.
public struct UnusableJourney: Error, Hashable, Sendable, CustomStringConvertible {
    public let journey: String
    public let reason: String

    public var description: String { "journey \(journey) cannot run: \(reason)" }
}
