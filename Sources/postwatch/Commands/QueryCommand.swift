import ArgumentParser
import PostwatchApp

struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Asks a running server a PromQL question, now.")

    @Argument(help: "A PromQL expression.")
    var expression: String

    @Option(help: "The server's address.")
    var server = "http://\(ListenAddress.default)"

    func run() async throws {
        for line in try await ServerClient(baseURL: server).query(expression) { print(line) }
    }
}
