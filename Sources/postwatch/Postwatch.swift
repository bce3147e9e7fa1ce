import ArgumentParser
import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime

@main
struct Postwatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "postwatch",
        abstract: "Watches an email platform the way the people who depend on it would.",
        version: Version.current,
        subcommands: [
            InitCommand.self, ServeCommand.self, AgentCommand.self, JourneyCommand.self, ConfigCommand.self, RulesCommand.self,
            IncidentsCommand.self, CoverageCommand.self, QueueCommand.self, QueryCommand.self, StorageCommand.self,
        ])
}

extension World {
    /// Real time. Made here and nowhere else.
    static let live = World(
        clock: ContinuousClock(),
        now: { Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) })
}

extension Logger {
    /// Logs to standard error, so that standard output stays what a command was asked for.
    static func standardError(level: Logger.Level) -> Logger {
        var logger = Logger(label: "postwatch") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }
}

/// The way in which commands end when something is wrong that the operator can mend: the text, and exit status 1.
struct Refusal: Error, CustomStringConvertible {
    let description: String
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
