import Foundation
import TestSupport

/// `postwatch agent` over several starts and ends, with one data directory.
final class AgentUnderTest {
    let dataDirectory: String
    private let directory: String
    private var child: ChildProcess?
    private var starts = 0

    /// - Parameter directory: where configuration, logs and data lie.
    init(directory: String) {
        self.directory = directory
        dataDirectory = directory + "/agent"
    }

    func start(configuration: String) throws {
        starts += 1
        try configuration.write(toFile: "\(directory)/agent.yml", atomically: true, encoding: .utf8)
        child = try ChildProcess(
            Places.program.path, ["agent", "--config", "\(directory)/agent.yml", "--data", dataDirectory],
            log: "\(directory)/agent-\(starts).log")
    }

    /// Kills it when `drop` says that the moment has come, or after `seconds` when it does not come. Returns when it has ended.
    func kill(at moment: MailDrop.Moment, passing: Int, of drop: MailDrop, within seconds: Int) async throws {
        guard let child else { return }
        // It is not waited for before this returns: the number is its own until then.
        let process = child.processID
        drop.set(trapAt: moment, passing: passing) { _ = Foundation.kill(process, SIGKILL) }
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        while child.isRunning, clock.now < deadline { try await clock.sleep(for: .milliseconds(2)) }
        kill()
    }

    /// What a crash looks like from outside.
    func kill() { child?.end(with: SIGKILL) }

    /// Asks it to end and waits until it has.
    func stop() { child?.end(with: SIGTERM) }

    var isRunning: Bool { child?.isRunning ?? false }

    /// What it wrote since it was last started.
    var log: String { child?.output ?? "" }
}
