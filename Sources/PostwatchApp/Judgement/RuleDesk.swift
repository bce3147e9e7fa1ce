import Foundation
import PostwatchModel
import PostwatchRuntime
import PromQL
import Rules

/// What an operator asks of rule files: are they right, do they do what they should, what would they do now.
public struct RuleDesk: Sendable {
    /// Series with samples in the last hours count as being there.
    private static let livenessWindow = Duration.seconds(6 * 3600)

    private let world: World
    private let remote: RemoteSamples?

    /// - Parameter server: `http://127.0.0.1:9460`, a Postwatch or Prometheus server to ask for samples and series.
    public init(server: String? = nil, world: World) {
        remote = server.map(RemoteSamples.init(baseURL:))
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

    /// Reads files and looks at their rules; with a server also at whether the series they need are there.
    public func check(_ files: [String]) async throws -> [Check] {
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
        let liveness = RuleLiveness(listing: remote, from: world.now() - Self.livenessWindow, through: world.now())
        for index in checks.indices { checks[index].findings = try await liveness.findings(in: checks[index].groups) }
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
        guard let remote else { preconditionFailure("the command asks for a server") }
        let moment = moment ?? world.now()
        var explanations: [RuleExplanation] = []
        for group in try RuleFiles.load(file) {
            var tracker = RuleGroupTracker(group: group, restoring: [])
            for (index, rule) in group.rules.enumerated() where name == nil || rule.name == name {
                let observation = await RuleEvaluator(samples: remote).observe(rule: index, of: tracker, at: moment)
                _ = tracker.observe(observation, ofRule: index)
                if let explanation = tracker.explanations[index] { explanations.append(explanation) }
            }
        }
        return explanations
    }
}
