import Foundation
import PostwatchModel
import TestSupport

@testable import Collectors

/// A real service from a Debian package, started by one test on its own directory, ended with it.
final class RealService {
    let directory = TestDirectory()
    private let child: ChildProcess

    struct NotReady: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameters:
    ///   - package: What to install when the program is missing.
    ///   - prepare: What is to be done before it starts; given the directory of the test.
    ///   - arguments: Given the directory of the test.
    init(
        _ program: String, package: String, files: [String: String] = [:], environment: [String: String] = [:],
        prepare: (String) throws -> Void = { _ in }, _ arguments: (String) -> [String]
    ) throws {
        guard access(program, X_OK) == 0 else {
            throw NotReady(description: "\(program) is missing; testbed/install installs Debian's package \(package)")
        }
        for (name, text) in files {
            try directory.write(Array(text.replacing("{directory}", with: directory.path).utf8), to: name)
        }
        try prepare(directory.path)
        child = try ChildProcess(program, arguments(directory.path), environment: environment, log: directory.path + "/log")
    }

    /// Measures until the service answers, at most 20 s.
    func firstAnswer(_ collector: some BlockingCollecting, where isWanted: (Metrics) -> Bool = { _ in true }) async throws -> Metrics {
        try await firstAnswer(where: isWanted) { () throws(CollectionFailure) in try collector.measure(at: Timestamp(milliseconds: 0)) }
    }

    /// Measures until the service answers, at most 20 s.
    /// - Parameter isWanted: What the answer must tell too, since a service counts a little later than it does.
    func firstAnswer(_ collector: some Collecting, where isWanted: (Metrics) -> Bool = { _ in true }) async throws -> Metrics {
        try await firstAnswer(where: isWanted) { () async throws(CollectionFailure) in
            try await collector.collect(at: Timestamp(milliseconds: 0))
        }
    }

    private func firstAnswer(
        where isWanted: (Metrics) -> Bool = { _ in true }, _ measure: () async throws(CollectionFailure) -> [Collectors.Measurement]
    ) async throws -> Metrics {
        var last: CollectionFailure?
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        while clock.now < deadline, child.isRunning {
            do throws(CollectionFailure) {
                let metrics = Metrics(try await measure())
                if isWanted(metrics) { return metrics }
            } catch {
                last = error
            }
            try await clock.sleep(for: .milliseconds(20))
        }
        throw NotReady(description: "\(last.map { "\($0)" } ?? "never asked"); it said: \(child.output.suffix(2000))")
    }

    func stop(with signal: Int32 = SIGTERM) { child.end(with: signal) }

    func kill() { child.end(with: SIGKILL) }

    /// It takes connections, since the kernel does, and never answers.
    func freeze() { child.freeze() }

    func thaw() { child.send(SIGCONT) }
}
