import ArgumentParser
import Foundation
import PostwatchApp

struct IncidentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents", abstract: "Shows incidents of a running server: all, or one with its timeline.")

    @Argument(help: "An incident's number.")
    var number: Int?

    @Option(help: "The server's address.")
    var server = "http://\(ListenAddress.default)"

    func run() async throws {
        let client = ServerClient(baseURL: server)
        if let number {
            let incident = try await client.incident(number: number)
            print("#\(incident.number) \(incident.title)")
            print("\(incident.state), \(incident.severity), \(incident.place)")
            for entry in incident.timeline { print("  \(entry.at)  \(entry.text)") }
        } else {
            let incidents = try await client.incidents()
            if incidents.isEmpty { print("no incidents") }
            for incident in incidents {
                print("#\(incident.number)\t\(incident.state)\t\(incident.severity)\t\(incident.openedAt)\t\(incident.title)")
            }
        }
    }
}
