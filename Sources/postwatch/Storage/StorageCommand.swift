import ArgumentParser
import PostwatchApp

struct StorageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "storage", abstract: "Looks after stored series.", subcommands: [Stats.self, Verify.self, Backup.self, Compact.self])

    struct Place: ParsableArguments {
        @Option(help: "The server's data directory; or a snapshot or backup.")
        var data = "postwatch-data"

        var desk: StorageDesk { get throws { try StorageDesk(dataDirectory: data) } }
    }

    struct Stats: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows what each day file and the journal hold. A server may run meanwhile.",
            discussion: "Series are those of a file's largest run: all of them once the day is merged.")

        @OptionGroup var place: Place

        @Flag(help: "As JSON.")
        var json = false

        func run() async throws {
            print(json ? try place.desk.statsDocument() : try place.desk.stats())
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads everything and names each fault; exit status 1 when there is one. A server may run meanwhile.")

        @OptionGroup var place: Place

        func run() async throws {
            let answer = try place.desk.verify()
            print(answer.text)
            guard answer.isGood else { throw ExitCode.failure }
        }
    }

    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copies all series to a new directory, whole or not at all. A server may run meanwhile.",
            discussion: "To go back to a backup, stop the server and put the copy in the place of \"series\" in its data directory.")

        @Argument(help: ArgumentHelp("The directory to make.", valueName: "dir"))
        var target: String

        @OptionGroup var place: Place

        func run() async throws {
            let answer = try place.desk.backup(to: target)
            print(answer.text)
            guard answer.isGood else { throw ExitCode.failure }
        }
    }

    struct Compact: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes day files as small as they get. The server must be stopped: it does the same bit by bit.")

        @OptionGroup var place: Place

        func run() async throws {
            guard try place.desk.compact({ print($0) }) else { throw ExitCode.failure }
        }
    }
}
