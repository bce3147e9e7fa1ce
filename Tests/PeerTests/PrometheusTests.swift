import Foundation
import TestSupport
import Testing

/// Postwatch beside Debian's `prometheus` package, which `make test` installs.
@Suite("Beside Prometheus")
struct PrometheusTests {
    private static let rules = Places.repository.appendingPathComponent("rules")

    @Test("2,000 random expressions have the answers that Prometheus gives", arguments: [11, 12])
    func differential(seed: Int) throws {
        try ChildProcess.run(
            Places.repository.appendingPathComponent("scripts/promql-differential").path,
            ["--seed", "\(seed)", "--count", "2000", "--binary", Places.program.path])
    }

    @Test("promtool accepts the shipped rules, and their unit tests pass in both programs")
    func shippedRules() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.rules.path).filter { $0.hasSuffix(".yml") }
        let tests = try FileManager.default.contentsOfDirectory(atPath: Self.rules.appendingPathComponent("tests").path)
        #expect(!files.isEmpty && !tests.isEmpty)
        let paths = files.map { Self.rules.appendingPathComponent($0).path }
        let testPaths = tests.map { Self.rules.appendingPathComponent("tests/\($0)").path }
        for program in ["/usr/bin/promtool", Places.program.path] {
            let isOurs = program == Places.program.path
            try ChildProcess.run(program, (isOurs ? ["rules", "check"] : ["check", "rules"]) + paths)
            try ChildProcess.run(program, (isOurs ? ["rules", "test"] : ["test", "rules"]) + testPaths)
        }
    }
}
