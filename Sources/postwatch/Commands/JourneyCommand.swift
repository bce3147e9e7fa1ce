import ArgumentParser
import Foundation
import PostwatchApp
import PostwatchModel
import PostwatchRuntime
import Rainbow

struct JourneyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journey", abstract: "Does what a user does, now.",
        subcommands: [Run.self, List.self, Last.self, Accounts.self, Messages.self, Explain.self])

    enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Names the journeys of a configuration, checks of single nodes included.")

        @Option(help: "The server's configuration file.")
        var config: String

        func run() async throws {
            for journey in try JourneyDesk(configuration: .load(config), dataDirectory: "", world: .live).journeys {
                print(
                    "\(journey.name)\t\(journey.kind)\tevery \(journey.interval.prometheusText)\t\(journey.path.joined(separator: " → "))")
            }
        }
    }

    struct Last: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows the last runs that a server knows of, from every vantage: all, or one journey's as waterfalls.")

        @Argument(help: "A journey's name.")
        var name: String?

        @Option(help: "The server's address.")
        var server = "http://\(ListenAddress.default)"

        func run() async throws {
            let runs = try await ServerClient(baseURL: server).journeys(named: name)
            if runs.isEmpty { print(name.map { "the server knows of no run of \($0)" } ?? "the server knows of no run") }
            for run in runs {
                if name == nil {
                    print("\(run.journey)\t\(run.kind)\t\(run.vantage)\t\(run.startedAt)\t\(run.failure ?? "good")")
                } else {
                    print(run.waterfall(width: Terminal.width))
                    if let message = run.message { print("message \(message): postwatch journey explain \(message)") }
                }
            }
        }
    }

    struct Accounts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says which accounts the journeys need and what for, and tries each. Exit status 1 when one is unusable.",
            discussion: "It signs in by the journey's protocol and looks whether all is there and writable; nothing is sent or put.")

        @Option(help: "The configuration file of a server, or of an agent with --agent.")
        var config: String

        @Flag(help: "The file configures an agent.")
        var agent = false

        func run() async throws {
            let desk =
                agent
                ? JourneyDesk(configuration: try AgentConfiguration.load(config, dataDirectory: ""), world: .live)
                : JourneyDesk(configuration: try ServerConfiguration.load(config), dataDirectory: "", world: .live)
            var isUsable = true
            await desk.checkAccounts { finding in
                isUsable = isUsable && finding.fault == nil
                let verdict = finding.fault ?? "OK"
                print("\(finding.username)\t\(finding.server)\t\(finding.journey) \(finding.purpose)\t\(verdict)")
            }
            guard isUsable else { throw ExitCode.failure }
        }
    }

    struct Messages: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the last messages that journeys sent, for `postwatch journey explain`: all, or one journey's.")

        @Argument(help: "A journey's name.")
        var name: String?

        @Option(help: "The server's address.")
        var server = "http://\(ListenAddress.default)"

        func run() async throws {
            let messages = try await ServerClient(baseURL: server).messages(ofJourney: name)
            if messages.isEmpty { print("the server knows of no message") }
            for message in messages {
                let seen = message.seconds.map { String(format: "seen after %.3f s", $0) } ?? "not seen"
                let accepted = "accepted by \(message.acceptedBy)" + (message.queueID.map { " as \($0)" } ?? "")
                let end = message.outcome.map { outcome in "\t\(outcome)" + (message.reason.map { ": \($0)" } ?? "") } ?? ""
                print("\(message.id)\t\(message.startedAt)\t\(message.journey)\t\(message.vantage)\t\(accepted)\t\(seen)\(end)")
            }
        }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows where a probe message was from when it was sent until it could be read: each hop and stage, as a waterfall.")

        @Argument(help: "The message's identifier, as `postwatch journey last NAME` shows it; or a journey, for its last message.")
        var id: String

        @Option(help: "The server's address.")
        var server = "http://\(ListenAddress.default)"

        @Option(help: "text or json.")
        var output = OutputFormat.text

        func run() async throws {
            let client = ServerClient(baseURL: server)
            switch output {
            case .text: print(CustodyText(try await client.custody(of: id), width: Terminal.width))
            case .json: print(try await client.custodyDocument(of: id))
            }
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Runs one journey and shows its steps as a waterfall. Exit status 1 when it failed.",
            discussion: "With --repeat it shows how long the phases took over all runs.")

        @Argument(help: "The journey's name, as `postwatch journey list` shows it.")
        var name: String

        @Option(help: "The server's configuration file.")
        var config: String

        @Option(help: "The server's data directory: by the key in it the server removes a message that arrives too late for this command.")
        var data = "postwatch-data"

        @Option(help: "text or json.")
        var output = OutputFormat.text

        @Option(name: .customLong("repeat"), help: "How often it runs.")
        var times = 1

        @Option(help: "How many of the repeated runs go on at a time.")
        var parallel = 1

        func validate() throws {
            guard (1...1_000_000).contains(times) else { throw ValidationError("--repeat takes 1 to 1000000") }
            guard (1...1000).contains(parallel) else { throw ValidationError("--parallel takes 1 to 1000") }
            guard times == 1 || output == .text else { throw ValidationError("--repeat shows its sums as text only") }
        }

        func run() async throws {
            let desk = JourneyDesk(configuration: try .load(config), dataDirectory: data, world: .live)
            guard times == 1 else { return try await runRepeatedly(at: desk) }
            let run = try await desk.run(name)
            switch output {
            case .text: print(Self.coloured(desk.waterfall(of: run, width: Terminal.width), success: run.isSuccess))
            case .json: print(try desk.document(of: run))
            }
            guard run.isSuccess else { throw ExitCode.failure }
        }

        private func runRepeatedly(at desk: JourneyDesk) async throws {
            let clock = ContinuousClock()
            let start = clock.now
            OpenFileLimit.raise()
            let tally = try await desk.run(name, times: times, atOnce: parallel)
            print(tally.lines(over: clock.now - start).joined(separator: "\n"))
            guard tally.failureCount == 0 else { throw ExitCode.failure }
        }

        /// The first line, which names the journey, tells by its colour how it went; Rainbow leaves colours out when nobody looks.
        private static func coloured(_ waterfall: String, success: Bool) -> String {
            var lines = waterfall.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            guard let first = lines.first else { return waterfall }
            lines[0] = success ? first.green.bold : first.red.bold
            if !success, let last = lines.last, !last.isEmpty { lines[lines.count - 1] = last.red }
            return lines.joined(separator: "\n")
        }
    }
}
