import Foundation
import Logging
import PostwatchModel
import SeriesStore
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("RuleDesk")
struct RuleDeskTests {
    private let data = TestDirectory()
    private let now = Timestamp(milliseconds: 1_699_966_800_000)

    private func ruleFile() throws -> String {
        let text = """
            groups:
            - name: g
              rules:
              - {alert: Down, expr: up == 0, labels: {severity: critical}}
              - {alert: Never, expr: postfix_foo > 1}
              - {alert: Gone, expr: "histogram_count(old) > 0"}
            """
        try data.write(Array(text.utf8), to: "rules.yml")
        return "\(data.path)/rules.yml"
    }

    /// A store that was closed, with samples in a day file and in the journal.
    private func store() async throws -> String {
        let directory = "\(data.path)/data"
        let store = try SeriesStore.open(
            directory: "\(directory)/series", world: TestTime(now).world, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await store.append([
            Sample(labels: ["__name__": "up", "instance": "mx1"], timestamp: now - .seconds(30), value: 0),
            Sample(labels: ["__name__": "old"], timestamp: now - .seconds(30), histogram: NativeHistogram(count: 1, sum: 1)),
        ])
        try await store.flush()
        try await store.append([Sample(labels: ["__name__": "up", "instance": "mx2"], timestamp: now - .seconds(15), value: 1)])
        await store.close()
        return directory
    }

    private func content(of directory: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: "\(directory)/\($0)"))) })
    }

    @Test("evaluates rules on the files of a stopped server, and touches none of them")
    func evaluatesFiles() async throws {
        let directory = try await store()
        let before = try content(of: "\(directory)/series")
        let desk = RuleDesk(.data(directory), world: TestTime(now).world)
        let explanations = try await desk.evaluate(try ruleFile())
        #expect(explanations.map(\.elementCount) == [1, 0, 1])
        #expect(explanations[0].elements.first?.labels["instance"] == "mx1")
        #expect(explanations[0].readings.first?.seriesCount == 2)
        #expect(try content(of: "\(directory)/series") == before)
        let earlier = try await desk.evaluate(try ruleFile(), rule: "Down", at: now - .seconds(3600))
        #expect(earlier.map(\.elementCount) == [0])
    }

    @Test("reads them beside a running server too")
    func beside() async throws {
        let directory = try await store()
        let store = try SeriesStore.open(
            directory: "\(directory)/series", world: TestTime(now).world, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let explanations = try await RuleDesk(.data(directory), world: TestTime(now).world).evaluate(try ruleFile(), rule: "Down")
        #expect(explanations.map(\.elementCount) == [1])
        await store.close()
    }

    @Test("finds in files what alerts miss that cannot fire")
    func checksFiles() async throws {
        let desk = RuleDesk(.data(try await store()), world: TestTime(now).world)
        let findings = try await desk.check([try ruleFile()]).flatMap(\.findings)
        #expect(findings.map(\.description) == ["Never: this alert cannot fire: no series has ever had the name postfix_foo"])
        // A week later nothing is there any more.
        let later = try await desk.check([try ruleFile()], at: now + .seconds(7 * 86_400)).flatMap(\.findings)
        #expect(later.count == 3)
        #expect(later.first?.description.hasSuffix("no series has the name up any more, though some once had") == true)
    }

    @Test("says once that there is no server, and what to do")
    func unreachable() async throws {
        let file = try ruleFile()
        let desk = RuleDesk(.server("http://127.0.0.1:1"), world: TestTime(now).world)
        let failure = await #expect(throws: RemoteSamplesFailure.self) { _ = try await desk.evaluate(file) }
        let text = "\(try #require(failure))"
        #expect(text.hasPrefix("no answer from http://127.0.0.1:1: "))
        #expect(text.contains("postwatch serve") && text.contains("--data") && text.count < 260, "\(text)")
    }

    @Test("says what is wrong with a directory that holds no series")
    func noStore() async throws {
        let file = try ruleFile()
        let desk = RuleDesk(.data("\(data.path)/nowhere"), world: TestTime(now).world)
        await #expect(throws: StoreDirectory.Fault.missing("\(data.path)/nowhere")) { _ = try await desk.evaluate(file) }
    }
}
