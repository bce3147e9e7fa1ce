import Foundation

/// Measures the parts of the series store, each by itself, in CPU time, and prints one table.
@main
struct StoreBenchmarks {
    private static let help = """
        storebench [--runs N] [--only intake|chunk|index|dayfile|replay]
        Every figure is the median of N runs (default 5, at most 18) after one that is not counted, in CPU time of all threads.
        """

    static func main() async throws {
        var runs = 5
        var only: String?
        var arguments = CommandLine.arguments.dropFirst()
        while let argument = arguments.popFirst() {
            switch (argument, arguments.popFirst()) {
            case ("--runs", let value?): runs = Int(value).map { min(max($0, 1), 18) } ?? runs
            case ("--only", let value?): only = value
            default:
                print(help)
                exit(argument == "--help" ? 0 : 2)
            }
        }
        print(try await table(runs: runs, only: only))
    }

    // MARK: - Private

    private static func table(runs: Int, only: String?) async throws -> String {
        let directory = FileManager.default.temporaryDirectory.appending(path: "storebench-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var report = Report(runs: runs)
        func isWanted(_ name: String) -> Bool { only == nil || only == name }
        if isWanted("intake") || isWanted("index") {
            let many = HostLoad(hosts: 400, steps: isWanted("intake") ? runs + 2 : 1)
            if isWanted("intake") { try IntakeBenchmarks(load: many).run(into: &report) }
            if isWanted("index") { try IndexBenchmarks(load: many).run(into: &report) }
        }
        if isWanted("chunk") || isWanted("dayfile") {
            let long = HostLoad(hosts: 20, steps: 480)
            if isWanted("chunk") { try ChunkBenchmarks(load: long).run(into: &report) }
            if isWanted("dayfile") { try DayFileBenchmarks(load: long, directory: directory).run(into: &report) }
        }
        if isWanted("replay") {
            try await ReplayBenchmarks(load: HostLoad(hosts: 100, steps: 20), directory: directory).run(into: &report)
        }
        return report.table
    }
}
