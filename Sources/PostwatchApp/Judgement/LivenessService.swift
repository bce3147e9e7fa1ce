import Logging
import PostwatchModel
import PostwatchRuntime
import Rules
import ServiceLifecycle

/// Looks now and then whether each rule can do anything at all, and writes on the board which ones cannot.
///
/// Conditions that contradict themselves are found at the start; series are sought later, and never in a hurry: it pauses between groups,
/// and asks the store for names of series, not for samples.
struct LivenessService: Service {
    let groups: [RuleGroup]
    let listing: any SeriesListing
    let board: RuleBoard
    let world: World
    let telemetry: Telemetry
    let logger: Logger

    /// After a start or a reload, what is measured has to come in first.
    private static let firstWait: Duration = .seconds(120)
    /// Until the next look when all series were there.
    private static let interval: Duration = .seconds(3600)
    /// Until the next look when some were missing: they may have come.
    private static let shortInterval: Duration = .seconds(600)
    private static let pause: Duration = .milliseconds(100)
    /// Series with samples in the last hours count as being there.
    private static let window: Duration = .seconds(6 * 3600)

    func run() async throws {
        try await runUntilShutdown {
            var known = try await look(for: nil, knowing: [])
            try await world.clock.sleep(for: Self.firstWait)
            while true {
                known = try await look(for: listing, knowing: known)
                try await world.clock.sleep(for: known.contains { $0.kind.mayPass } ? Self.shortInterval : Self.interval)
            }
        }
    }

    // MARK: - Private

    /// Gives what was found; what was `known` when that could not be done.
    private func look(for listing: (any SeriesListing)?, knowing known: Set<RuleFinding>) async throws -> Set<RuleFinding> {
        let now = world.now()
        let liveness = RuleLiveness(listing: listing, from: now - Self.window, through: now)
        let findings: [RuleFinding]
        do {
            findings = try await liveness.findings(in: groups) {
                if listing != nil { try await world.clock.sleep(for: Self.pause) }
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            telemetry.report(LivenessUnknown(reason: "\(error)"), to: logger)
            return known
        }
        board.set(findings, at: listing == nil ? nil : now)
        report(findings.filter { $0.isFatal && !known.contains($0) })
        return Set(findings)
    }

    private func report(_ findings: [RuleFinding]) {
        let silent = Self.groupsWithoutSeries(findings, of: groups)
        if !silent.isEmpty { telemetry.report(GroupsWithoutSeries(groups: silent.sorted()), to: logger) }
        let others = findings.filter { !silent.contains($0.group) }
        // A condition that contradicts itself is somebody's mistake each time; what is not measured is one piece of news.
        for finding in others where !finding.kind.mayPass { telemetry.report(AlertCannotFire(finding: finding), to: logger) }
        let unmeasured = others.filter(\.kind.mayPass)
        if !unmeasured.isEmpty { telemetry.report(AlertsWithoutSeries(findings: unmeasured), to: logger) }
    }

    /// The groups of which no alert has series: they are about a service that is not measured, which is no news for each of their alerts.
    static func groupsWithoutSeries(_ findings: [RuleFinding], of groups: [RuleGroup]) -> Set<String> {
        let byGroup = Dictionary(grouping: findings, by: \.group)
        let silent = groups.filter { group in
            let alerts = Set(group.rules.compactMap { rule in if case .alerting = rule { rule.name } else { nil } })
            let found = byGroup[group.name] ?? []
            return alerts.count > 1 && found.allSatisfy(\.kind.mayPass) && Set(found.map(\.rule)) == alerts
        }
        return Set(silent.map(\.name))
    }
}

struct GroupsWithoutSeries: Fact {
    static let counter = "rule_groups_without_series"
    static let help = "Times that groups were found of which no alert has series: what they are about is not measured."
    static let level = Logger.Level.info
    static let message: Logger.Message = "No alert of some groups has series: what they are about is not measured"
    let groups: [String]
    var metadata: Logger.Metadata { ["groups": "\(groups.joined(separator: " "))"] }
}

struct AlertsWithoutSeries: Fact {
    static let counter = "rule_alerts_without_series"
    static let help = "Times that alerts were found that cannot fire since their series are not there."
    static let level = Logger.Level.warning
    static let message: Logger.Message =
        "Some alerts cannot fire, since series that they ask for are not there; the page /rules says which series each lacks"
    let findings: [RuleFinding]
    var metadata: Logger.Metadata {
        let names = Set(findings.map(\.rule)).sorted()
        return ["alerts": "\(names.joined(separator: " "))", "first": "\(findings.first.map { "\($0)" } ?? "")"]
    }
}

struct AlertCannotFire: Fact {
    static let counter = "rule_alerts_unable_to_fire"
    static let help = "Times that an alert was found that cannot fire, since its condition contradicts itself."
    static let level = Logger.Level.warning
    static let message: Logger.Message = "An alert cannot fire"
    let finding: RuleFinding
    var metadata: Logger.Metadata { ["group": "\(finding.group)", "rule": "\(finding.rule)", "reason": "\(finding)"] }
}

struct LivenessUnknown: Fact {
    static let counter = "rule_liveness_failures"
    static let help = "Times that it could not be found out whether rules can do anything."
    static let level = Logger.Level.warning
    static let message: Logger.Message = "It could not be found out whether rules can do anything; it is tried again"
    let reason: String
    var metadata: Logger.Metadata { ["reason": "\(reason)"] }
}
