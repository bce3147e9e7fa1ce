import Foundation
import Journeys
import NIOPosix
import PostwatchModel
import PostwatchRuntime

/// Runs single journeys of a configuration by hand, for `postwatch journey`.
public struct JourneyDesk: Sendable {
    /// What a list shows of a journey.
    public struct Listing: Sendable {
        public let name: String
        public let kind: String
        public let interval: Duration
        public let path: [String]
    }

    /// Whether an account can do what journeys need it for.
    public typealias AccountFinding = Journeys.AccountFinding

    public struct UnknownJourney: Error, CustomStringConvertible {
        public let description: String
    }

    private let plan: JourneyPlan
    private let dataDirectory: String
    private let world: World

    /// Of an agent's configuration.
    public init(configuration: AgentConfiguration, world: World) {
        plan = JourneyPlan(configuration.journeys)
        dataDirectory = configuration.dataDirectory ?? ""
        self.world = world
    }

    /// - Parameter dataDirectory: the server's, when it is on this machine: by its key the server recognises messages of this command.
    public init(configuration: ServerConfiguration, dataDirectory: String, world: World) {
        plan = JourneyPlan(configuration)
        self.dataDirectory = dataDirectory
        self.world = world
    }

    public var journeys: [Listing] {
        plan.entries.map {
            Listing(
                name: $0.configuration.name, kind: $0.configuration.kind, interval: $0.configuration.interval,
                path: $0.configuration.path)
        }
    }

    /// Runs a journey once. Throws `UnknownJourney`; a journey that fails is a result.
    public func run(_ name: String) async throws -> JourneyRun {
        await (try journey(named: name)).run()
    }

    /// Runs a journey so often, so many of them at a time, and sums up.
    public func run(_ name: String, times: Int, atOnce: Int) async throws -> RunTally {
        let journey = try journey(named: name)
        return await withTaskGroup(of: JourneyRun.self) { group in
            var tally = RunTally()
            var started = 0
            while tally.count < times {
                while started < times, started - tally.count < max(atOnce, 1) {
                    group.addTask { await journey.run() }
                    started += 1
                }
                guard let run = await group.next() else { break }
                tally.add(run)
            }
            return tally
        }
    }

    private func journey(named name: String) throws -> any JourneyRunning {
        guard let entry = plan.entries.first(where: { $0.configuration.name == name }) else {
            let known = plan.entries.map(\.configuration.name).joined(separator: ", ")
            throw UnknownJourney(
                description: "there is no journey \"\(name)\"; "
                    + (known.isEmpty ? "the configuration has none" : "the configuration has \(known)"))
        }
        return try factory.make(entry.configuration, labels: entry.labels)
    }

    /// Checks the accounts that the journeys need, one after the other; those that several journeys use alike once.
    public func checkAccounts(_ found: (AccountFinding) -> Void) async {
        var seen: Set<AccountNeed> = []
        for entry in plan.entries where !entry.configuration.task.accounts.allSatisfy(seen.contains) {
            seen.formUnion(entry.configuration.task.accounts)
            for finding in await factory.checkAccounts(of: entry.configuration) { found(finding) }
        }
    }

    private var factory: JourneyFactory {
        JourneyFactory(
            vantage: Vantage.local, signingKey: ProbeKey.forCommand(dataDirectory: dataDirectory), world: world,
            group: MultiThreadedEventLoopGroup.singleton,
            threadPool: .singleton)
    }

    /// The steps of a run as bars on a time line.
    public func waterfall(of run: JourneyRun, width: Int) -> String {
        Waterfall(run, width: width).description
    }

    /// A run as JSON: durations in seconds, moments in RFC 3339.
    public func document(of run: JourneyRun) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(JourneyDocument(run)), as: UTF8.self)
    }
}

/// A run as `journey run --output json` prints it.
private struct JourneyDocument: Encodable {
    struct Step: Encodable {
        let wire: String
        let phase: String
        let offsetSeconds: Double
        let durationSeconds: Double
        let failure: String?
    }

    let journey: String
    let kind: String
    let vantage: String
    let success: Bool
    let failure: String?
    let startedAt: String
    let durationSeconds: Double
    let certificateExpiry: String?
    let steps: [Step]

    init(_ run: JourneyRun) {
        journey = run.journey
        kind = run.kind
        vantage = run.vantage
        success = run.isSuccess
        failure = run.failure
        startedAt = run.startedAt.rfc3339
        durationSeconds = run.duration.seconds
        certificateExpiry = run.certificateExpiry?.rfc3339
        steps = run.steps.map {
            Step(
                wire: $0.wire, phase: $0.phase, offsetSeconds: $0.offset.seconds, durationSeconds: $0.duration.seconds, failure: $0.failure)
        }
    }
}
