import Foundation
import Journeys
import MailClient
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
    /// Those whose cells name servers tell.
    private let matrices: [JourneyMatrix]
    private let dataDirectory: String
    private let world: World

    /// Of an agent's configuration.
    public init(configuration: AgentConfiguration, world: World) {
        plan = JourneyPlan(configuration.journeys)
        matrices = configuration.matrices
        dataDirectory = configuration.dataDirectory ?? ""
        self.world = world
    }

    /// - Parameter dataDirectory: the server's, when it is on this machine: by its key the server recognises messages of this command.
    public init(configuration: ServerConfiguration, dataDirectory: String, world: World) {
        plan = JourneyPlan(configuration)
        matrices = configuration.matrices
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
        await (try await journey(named: name)).run()
    }

    /// Runs a journey so often, so many of them at a time, and sums up.
    public func run(_ name: String, times: Int, atOnce: Int) async throws -> RunTally {
        let journey = try await journey(named: name)
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

    private func journey(named name: String) async throws -> any JourneyRunning {
        guard let entry = plan.entries.first(where: { $0.configuration.name == name }) else {
            var known = plan.entries.map(\.configuration.name)
            for matrix in matrices {
                guard name.hasPrefix(matrix.name + "-") else {
                    known.append("\(matrix.name)-… (the cells of a matrix)")
                    continue
                }
                let cells = try matrix.cells(for: try await factory.names(of: matrix))
                if let cell = cells.first(where: { $0.name == name }) { return try factory.make(cell, labels: cell.labels) }
                known += cells.map(\.name)
            }
            throw UnknownJourney(
                description: "there is no journey \"\(name)\"; the configuration has "
                    + (known.isEmpty ? "none" : known.joined(separator: ", ")))
        }
        return try factory.make(entry.configuration, labels: entry.labels)
    }

    /// Checks the accounts that the journeys need, some at a time, and tells of them in the order of the configuration; those that several
    /// journeys use alike once. Cells that name servers tell are asked for now.
    public func checkAccounts(_ found: (AccountFinding) -> Void) async {
        var errands: [(need: AccountNeed, journey: JourneyConfiguration)] = []
        // Another name server may know another server by the name.
        var seen: [Endpoint?: Set<AccountNeed>] = [:]
        var journeys = plan.entries.map(\.configuration)
        for matrix in matrices {
            do {
                let names = try await factory.names(of: matrix)
                if let failure = names.failures.min(by: { $0.key < $1.key })?.value { found(Self.finding(of: matrix, failure)) }
                journeys += try matrix.cells(for: names)
            } catch {
                found(Self.finding(of: matrix, "\(error)"))
            }
        }
        for journey in journeys {
            for need in journey.task.accounts where seen[journey.resolver, default: []].insert(need).inserted {
                errands.append((need, journey))
            }
        }
        var rest = errands[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Self.checksAtOnce)
            rest = rest.dropFirst(Self.checksAtOnce)
            let factory = factory
            let findings = await withTaskGroup(of: (Int, AccountFinding).self) { group in
                for (index, errand) in zip(batch.indices, batch) {
                    group.addTask { (index, await factory.check(errand.need, of: errand.journey)) }
                }
                return await group.reduce(into: [Int: AccountFinding]()) { $0[$1.0] = $1.1 }
            }
            for (_, finding) in findings.sorted(by: { $0.key < $1.key }) { found(finding) }
        }
    }

    /// Few enough for a server that counts connections of one client.
    private static let checksAtOnce = 4

    private static func finding(of matrix: JourneyMatrix, _ fault: String) -> AccountFinding {
        AccountFinding(
            journey: matrix.name, username: "-", server: matrix.exchangersOf ?? matrix.hosts.joined(separator: " "),
            purpose: "has cells that name servers tell", fault: fault)
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
