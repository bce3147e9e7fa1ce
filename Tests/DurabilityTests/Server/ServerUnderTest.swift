import Foundation
import TestSupport

/// `postwatch serve` on a loopback address of its own, over several starts and ends.
final class ServerUnderTest {
    struct TimedOut: Error, CustomStringConvertible {
        let description: String
    }

    let dataDirectory: String
    let client: StoreClient
    private let directory: String
    private let address: String
    private var child: ChildProcess?
    private var starts = 0

    /// - Parameter directory: where configuration and logs lie, and the data when `data` says nothing else.
    /// - Parameter address: one that no other test uses, out of 127.0.0.0/8.
    init(directory: String, data: String? = nil, address: String) {
        self.directory = directory
        self.dataDirectory = data ?? directory + "/data"
        self.address = address
        client = StoreClient(baseURL: "http://\(address):9460")
    }

    /// Starts it without waiting. Its log begins anew.
    /// - Parameter configuration: the text of a configuration file; without one all is at its default.
    func launch(configuration: String? = nil) throws {
        starts += 1
        var arguments = ["serve", "--listen", "\(address):9460", "--data", dataDirectory, "--log-level", "info"]
        if let configuration {
            try configuration.write(toFile: "\(directory)/postwatch.yml", atomically: true, encoding: .utf8)
            arguments += ["--config", "\(directory)/postwatch.yml"]
        }
        child = try ChildProcess(Places.program.path, arguments, log: "\(directory)/server-\(starts).log")
    }

    /// Starts it and waits until it is ready.
    func start(configuration: String? = nil) async throws {
        try launch(configuration: configuration)
        try await wait(30, for: "the server is ready") { await client.get("/-/ready") != nil }
    }

    /// What a crash looks like from outside.
    func kill() { child?.end(with: SIGKILL) }

    /// Asks it to end, and does not wait.
    func askToEnd() { child?.send(SIGTERM) }

    /// Asks it to end and waits until it has.
    func stop() { child?.end(with: SIGTERM) }

    /// What it wrote since it was last started.
    var log: String { child?.output ?? "" }

    /// Whether it told, with level WARNING or ERROR, of something whose line contains all of `words`.
    func complained(of words: String...) -> Bool {
        log.split(separator: "\n").contains { line in
            (line.contains(" warning") || line.contains(" error")) && words.allSatisfy { line.localizedCaseInsensitiveContains($0) }
        }
    }

    /// How many samples the last start took from the journal, as its log tells; `nil` when it does not.
    var replayedSamples: Int? {
        guard let line = log.split(separator: "\n").first(where: { $0.contains("Opened the series store") }),
            let figure = line.firstMatch(of: /replayed_samples=([0-9]+)/)
        else { return nil }
        return Int(figure.output.1)
    }

    /// Polls until `condition` holds. Throws with the end of the log when it does not in `seconds`, or when the server is gone.
    func wait(_ seconds: Int, for what: String, until condition: () async throws -> Bool) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        while clock.now < deadline {
            if try await condition() { return }
            guard child?.isRunning ?? false else { throw TimedOut(description: "the server has ended\n\(log.prefix(6000))") }
            try await clock.sleep(for: .milliseconds(5))
        }
        throw TimedOut(description: "not within \(seconds) s: \(what)\n\(log.prefix(6000))")
    }
}
