import ArgumentParser
import Logging
import PostwatchApp
import PostwatchModel
import PostwatchRuntime

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Runs the server: stores, judges, pages, and shows.")

    @Option(help: "Configuration file. Without one the server starts with an empty platform.")
    var config: String?

    @Option(help: ArgumentHelp("Address to listen on. Loopback only.", valueName: "host:port"))
    var listen = ListenAddress.default.description

    @Option(help: "Directory for everything that must survive a restart; made when it is not there.")
    var data = "postwatch-data"

    @Option(help: "How much to log: trace, debug, info, notice, warning, error, critical.")
    var logLevel = Logger.Level.info

    func run() async throws {
        OpenFileLimit.raise()
        let read: @Sendable () throws -> ServerConfiguration = { [config] in try config.map { try ServerConfiguration.load($0) } ?? .empty }
        try await Server(
            configuration: try read(), listen: try ListenAddress(listen), dataDirectory: data, world: .live,
            logger: .standardError(level: logLevel), reread: read
        ).run()
    }
}
