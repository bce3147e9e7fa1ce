import ArgumentParser
import PostwatchApp
import PostwatchModel

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Looks after configuration files.", subcommands: [Check.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says everything that is wrong with configuration files, or what they hold, and which files they name are not there.")

        @Argument(help: "Configuration files of servers, or of agents with --agent.")
        var files: [String]

        @Flag(help: "The files configure agents.")
        var agent = false

        func run() async throws {
            var faults: [ConfigurationFault] = []
            for file in files {
                do {
                    let summary =
                        agent
                        ? try AgentConfiguration.load(file, dataDirectory: "postwatch-agent-data").summary
                        : try ServerConfiguration.load(file).summary
                    print("\(file): good: \(summary)")
                    for finding in try NamedFiles.findings(in: file) { print("warning: \(finding)") }
                } catch {
                    faults += error.faults
                }
            }
            guard faults.isEmpty else { throw ConfigurationFaults(faults) }
        }
    }
}
