import ArgumentParser
import Logging
import PostwatchApp
import PostwatchModel
import PostwatchRuntime

struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "Runs beside a mail server: measures it, and pushes what it measured.")

    @Option(help: "Configuration file. Without one only --once works, with the collectors that fit this machine.")
    var config: String?

    @Option(help: "Directory where samples wait while the server is away; made when it is not there.")
    var data = "postwatch-agent-data"

    @Flag(help: "Measure once, print what would be pushed as OpenMetrics, and end.")
    var once = false

    @Option(help: "Read an old mail log, or standard input (-), at its own times, and end: pushes, or prints what it says with --once.")
    var replay: String?

    @Option(help: "How much to log: trace, debug, info, notice, warning, error, critical.")
    var logLevel = Logger.Level.info

    func run() async throws {
        ProcessMemory.giveBackSoon()
        OpenFileLimit.raise()
        let configuration = try config.map { try AgentConfiguration.load($0, dataDirectory: data) } ?? .default
        let agent = Agent(
            configuration: configuration, world: .live, logger: .standardError(level: logLevel))
        if let replay {
            if once {
                print(try await agent.replayOnce(replay), terminator: "")
            } else {
                try await agent.replay(replay)
            }
        } else if once {
            print(try await agent.once(), terminator: "")
        } else {
            try await agent.run()
        }
    }
}
