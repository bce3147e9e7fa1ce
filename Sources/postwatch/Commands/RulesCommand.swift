import ArgumentParser
import Foundation
import PostwatchApp
import PostwatchModel
import PostwatchRuntime

struct RulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Looks after rule files.", subcommands: [Check.self, Test.self, Eval.self])

    /// Where samples come from, and of which time.
    struct Samples: ParsableArguments {
        @Option(help: "A running server, Postwatch or Prometheus.")
        var server: String?

        @Option(help: "Instead of a server: its data directory, a snapshot or a backup. It is copied and read; the server may be stopped.")
        var data: String?

        @Option(help: "When: seconds since 1970 or a time such as 2026-01-31T12:00:00Z. Default: now.")
        var time: String?

        var source: RuleDesk.Source { data.map { .data($0) } ?? server.map { .server($0) } ?? .nowhere }

        var moment: Timestamp? {
            get throws {
                try time.map { text in
                    let seconds = Double(text)
                    // Within some thousand years, far from where adding a duration would leave the range of times.
                    guard let moment = seconds.map(Timestamp.init(seconds:)) ?? Timestamp(rfc3339: text), abs(seconds ?? 0) < 1e12 else {
                        throw ValidationError("--time takes seconds since 1970 or a time such as 2026-01-31T12:00:00Z")
                    }
                    return moment
                }
            }
        }

        func validate() throws {
            if server != nil && data != nil { throw ValidationError("--server and --data exclude each other") }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says everything that is wrong with rule files, and which alerts can never fire.",
            discussion: "With --server or --data also whether the series that the rules need are there.")

        @Argument(help: "Rule files in Prometheus' format.")
        var files: [String]

        @OptionGroup var samples: Samples

        @Flag(help: "Exit status 1 also when a rule can do nothing.")
        var strict = false

        func run() async throws {
            let checks = try await RuleDesk(samples.source, world: .live).check(files, at: samples.moment)
            for line in checks.flatMap(\.lines) { print(line) }
            if checks.contains(where: { !$0.isGood || (strict && !$0.findings.isEmpty) }) { throw ExitCode.failure }
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Runs scenarios for rules, in the format of promtool test rules. Exit status 1 when one fails.")

        @Argument(help: "Test files.")
        var files: [String]

        @Option(name: .customLong("run"), help: "Only scenarios whose name this regular expression matches.")
        var pattern: String?

        @Option(help: "Write the outcomes as JUnit XML to this file.")
        var junit: String?

        func run() async throws {
            let outcomes = try await RuleDesk(world: .live).test(files, matching: pattern)
            if let junit { try Data(RuleDesk.junit(outcomes).utf8).write(to: URL(filePath: junit)) }
            let failures = outcomes.flatMap(\.failures)
            for failure in failures { print(failure) }
            let failed = outcomes.filter { !$0.failures.isEmpty }.count
            print("\(outcomes.count - failed) of \(outcomes.count) scenarios passed")
            if failed > 0 { throw ExitCode.failure }
        }
    }

    struct Eval: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Evaluates the rules of a file once on a server's data and explains what comes of it.",
            discussion: "Default: --server http://\(ListenAddress.default)")

        @Argument(help: "A rule file.")
        var file: String

        @OptionGroup var samples: Samples

        @Option(help: "Only rules of this name.")
        var rule: String?

        func run() async throws {
            let source = samples.source == .nowhere ? .server("http://\(ListenAddress.default)") : samples.source
            for explanation in try await RuleDesk(source, world: .live).evaluate(file, rule: rule, at: samples.moment) {
                for line in explanation.lines { print(line) }
                print("")
            }
        }
    }
}
