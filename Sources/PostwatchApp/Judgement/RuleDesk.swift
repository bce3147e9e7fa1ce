import Foundation
import PostwatchModel
import PostwatchRuntime
import PromQL
import Rules

/// What an operator asks of rule files: are they right, do they do what they should, what would they do now.
public struct RuleDesk: Sendable {
    /// Series with samples in the last hours count as being there.
    private static let livenessWindow = Duration.seconds(6 * 3600)

    /// Where samples and series come from.
    public enum Source: Hashable, Sendable {
        /// The rules are only read.
        case nowhere
        /// `http://127.0.0.1:9460`, a Postwatch or Prometheus server.
        case server(String)
        /// The data directory of a server, which may be stopped; or a snapshot or backup. It is copied first.
        case data(String)
    }

    private typealias Series = SampleQuerying & SeriesListing

    private let world: World
    private let source: Source

    public init(_ source: Source = .nowhere, world: World) {
        self.source = source
        self.world = world
    }

    // MARK: Check

    /// What is wrong with a file: faults, and rules that can do nothing.
    public struct Check: Sendable {
        public let file: String
        public var groups: [RuleGroup] = []
        public var faults: [ConfigurationFault] = []
        public var findings: [RuleFinding] = []

        /// `rules.yml: 12 rules in 3 groups`, and a line for each fault and finding.
        public var lines: [String] {
            let count = groups.map(\.rules.count).reduce(0, +)
            let summary = faults.isEmpty ? ["\(file): good: \(count) rules in \(groups.count) groups"] : []
            return summary + faults.map(\.description) + findings.map { "\(file):\($0.line): \($0.description)" }
        }

        /// Findings alone are advice.
        public var isGood: Bool { faults.isEmpty }
    }

    /// Reads files and looks at their rules; where there is a source of series also at whether those that they need are there.
    /// - Parameter moment: series with samples in the hours before count. Default: now.
    public func check(_ files: [String], at moment: Timestamp? = nil) async throws -> [Check] {
        var checks: [Check] = []
        for file in files {
            var check = Check(file: file)
            do {
                check.groups = try RuleFiles.load(file)
                check.faults = RuleLint.faults(in: check.groups)
            } catch {
                check.faults = error.faults
            }
            checks.append(check)
        }
        let now = moment ?? world.now()
        let groups = checks.map(\.groups)
        let findings = try await withSeries { series in
            let liveness = RuleLiveness(listing: series, from: now - Self.livenessWindow, through: now)
            var findings: [[RuleFinding]] = []
            for group in groups { findings.append(try await liveness.findings(in: group)) }
            return findings
        }
        for index in checks.indices { checks[index].findings = findings[index] }
        return checks
    }

    // MARK: Test

    /// Runs the scenarios of test files. Throws `ConfigurationFaults` with all faults of these files and of the rule files that they name,
    /// and `RegularExpression.Fault`.
    /// - Parameter pattern: a regular expression; only scenarios whose name it matches somewhere are run.
    public func test(_ files: [String], matching pattern: String? = nil) async throws -> [RuleTestOutcome] {
        let expression = try pattern.map { try RegularExpression($0, matching: .anywhere) }
        var runners: [RuleTestRunner] = []
        var faults: [ConfigurationFault] = []
        for file in files {
            do {
                let test = try RuleTestFile.read(try ConfigurationFile.load(file), file: file)
                let directory = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
                let paths = test.ruleFiles.map { $0.hasPrefix("/") ? $0 : directory + $0 }
                let rules = RuleFiles.load(matching: paths, namedIn: file)
                faults += rules.faults
                runners.append(RuleTestRunner(file: test, groups: rules.groups))
            } catch {
                faults += error.faults
            }
        }
        guard faults.isEmpty else { throw ConfigurationFaults(faults) }
        var outcomes: [RuleTestOutcome] = []
        for runner in runners {
            outcomes += await runner.outcomes { name in
                expression?.matches(name) ?? true
            }
        }
        return outcomes
    }

    /// The outcomes as JUnit XML, for continuous integration.
    public static func junit(_ outcomes: [RuleTestOutcome]) -> String { JUnitReport.text(outcomes) }

    // MARK: Evaluate

    /// Evaluates the rules of a file once, as if none of their alerts were there before, and explains each.
    /// - Parameters:
    ///   - name: only the rules of this name.
    ///   - moment: default: now.
    public func evaluate(_ file: String, rule name: String? = nil, at moment: Timestamp? = nil) async throws -> [RuleExplanation] {
        let moment = moment ?? world.now()
        let groups = try RuleFiles.load(file)
        return try await withSeries { series in
            guard let series else { preconditionFailure("the command asks for a source of samples") }
            var explanations: [RuleExplanation] = []
            for group in groups {
                var tracker = RuleGroupTracker(group: group, restoring: [])
                for (index, rule) in group.rules.enumerated() where name == nil || rule.name == name {
                    let observation = await RuleEvaluator(samples: series).observe(rule: index, of: tracker, at: moment)
                    _ = tracker.observe(observation, ofRule: index)
                    if let explanation = tracker.explanations[index] { explanations.append(explanation) }
                }
            }
            return explanations
        }
    }

    // MARK: - Private

    /// Hands over `nil` when there is no source. Throws once when a server cannot be reached, instead of with each rule.
    private func withSeries<Result: Sendable>(_ body: ((any Series)?) async throws -> Result) async throws -> Result {
        switch source {
        case .nowhere: return try await body(nil)
        case .server(let url):
            let remote = RemoteSamples(baseURL: url)
            try await remote.reach()
            return try await body(remote)
        case .data(let directory): return try await StoredSeries.read(in: directory, world: world) { try await body($0) }
        }
    }
}
