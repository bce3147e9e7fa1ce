import ArgumentParser
import PostwatchApp
import PostwatchRuntime

struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Shows what waits in a Postfix queue of this machine: for whom, since when, and why.")

    @Option(help: "Postfix' queue_directory.")
    var queueDirectory = QueueText.usualDirectory

    @Option(help: "How many destinations are named.")
    var most = 20

    @Option(help: "Seconds to wait for the listing.")
    var timeout = 120

    func validate() throws {
        guard QueueText.namedDestinations.contains(most) else {
            throw ValidationError(
                "--most must be from \(QueueText.namedDestinations.lowerBound) to \(QueueText.namedDestinations.upperBound)")
        }
        guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout must be from 1 to 86400 seconds") }
    }

    func run() async throws {
        print(try await QueueText.read(queueDirectory, most: most, timeout: .seconds(timeout), world: .live))
    }
}
