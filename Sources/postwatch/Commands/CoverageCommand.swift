import ArgumentParser
import PostwatchApp

struct CoverageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage", abstract: "Shows for each component what is measured, what has a rule and a journey, and what is missing.")

    @Argument(help: "Only these components.")
    var components: [String] = []

    @Flag(help: "Only what is missing, with the lines of configuration that would add it.")
    var missing = false

    @Option(help: "The server's address.")
    var server = "http://\(ListenAddress.default)"

    func run() async throws {
        let coverage = try await ServerClient(baseURL: server).coverage()
        let chosen = coverage.filter { components.isEmpty || components.contains($0.component) }
        for name in components where !coverage.contains(where: { $0.component == name }) {
            throw ValidationError("the platform has no component \(name); it has \(coverage.map(\.component).joined(separator: ", "))")
        }
        print(CoverageText.text(of: chosen, missingOnly: missing))
    }
}
