import ArgumentParser
import PostwatchApp
import PostwatchModel

struct RulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Looks after rule files.", subcommands: [Check.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Says everything that is wrong with rule files.")

        @Argument(help: "Rule files in Prometheus' format.")
        var files: [String]

        func run() async throws {
            var faults: [ConfigurationFault] = []
            for file in files {
                do {
                    let groups = try RuleFiles.load(file)
                    print("\(file): good: \(groups.map(\.rules.count).reduce(0, +)) rules in \(groups.count) groups")
                } catch {
                    faults += error.faults
                }
            }
            guard faults.isEmpty else { throw ConfigurationFaults(faults) }
        }
    }
}
