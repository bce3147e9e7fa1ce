import Foundation
import Journeys
import PostwatchModel
import Testing

@testable import PostwatchApp

@Suite("ServerConfiguration")
struct ServerConfigurationTests {
    private func load(_ text: String, rules: String? = nil) throws -> ServerConfiguration {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("configuration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try text.write(to: directory.appendingPathComponent("postwatch.yml"), atomically: true, encoding: .utf8)
        try rules?.write(to: directory.appendingPathComponent("rules.yml"), atomically: true, encoding: .utf8)
        return try ServerConfiguration.load(directory.appendingPathComponent("postwatch.yml").path)
    }

    private static let platform = """
        platform:
          components:
            - name: mx
              role: mx
              nodes: [{name: mx-1, address: 192.0.2.11}]

        """

    @Test("nothing configured is a server that watches nothing")
    func empty() throws {
        #expect(ServerConfiguration.empty.summary == "0 components with 0 nodes, 0 journeys, 0 rules, 0 scrape jobs, 0 receivers")
        #expect(try load("").summary == ServerConfiguration.empty.summary)
    }

    @Test("the examples of the documentation are valid")
    func documentation() throws {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
        let page = try String(contentsOf: repository.appendingPathComponent("docs/configuration.md"), encoding: .utf8)
        let examples = page.components(separatedBy: "```yaml\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        try #require(examples.count == 2)
        // Only the rule files that the example names are not there.
        let server = examples[0].replacing("rule_files: [rules/*.yml]", with: "rule_files: []")
        #expect(
            try load(server).summary
                == "2 components with 3 nodes, 16 journeys, 1 matrices over name servers, 0 rules, 2 scrape jobs, 1 receivers")
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("agent-\(UUID().uuidString).yml")
        try examples[1].write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let summary = try AgentConfiguration.load(file.path, dataDirectory: "data").summary
        #expect(summary.contains("node mx-1, every 10s") && summary.contains("1 redis, 1 memcached"), "\(summary)")
    }

    @Test("rule files are found beside the configuration")
    func ruleFiles() throws {
        let configuration = try load("rule_files: ['*les.yml']", rules: "groups: [{name: a, rules: [{alert: X, expr: up == 0}]}]")
        #expect(configuration.ruleGroups.map(\.name) == ["a"])
    }

    @Test("a component's check is a journey for each of its nodes, with the node's labels")
    func nodeChecks() throws {
        let configuration = try load(
            """
            platform:
              components:
                - name: mx
                  role: mx
                  check: {kind: smtp}
                  nodes: [{name: mx-1, address: 192.0.2.11}, {name: mx-2, address: 192.0.2.12}]
            """)
        let plan = JourneyPlan(configuration)
        #expect(plan.entries.map(\.configuration.name) == ["check-mx-1", "check-mx-2"])
        #expect(plan.entries.map(\.labels) == [["component": "mx", "instance": "mx-1"], ["component": "mx", "instance": "mx-2"]])
        #expect(plan.paths["check-mx-1"] == ["mx-1"])
        #expect((plan.entries[0].configuration.task as? SMTPTask)?.exchange.server?.description == "192.0.2.11:25")
    }

    @Test(
        "each mistake is told with its line, and what to write",
        arguments: [
            ("globl: {}", 1, "globl"),
            ("global: {evaluation_interval: 0s}", 1, "global.evaluation_interval"),
            ("platform:\n  components:\n    - {name: a, role: mta, nodes: []}", 3, "platform.components[0].role"),
            ("platform:\n  components:\n    - {name: a, role: mx, depends_on: [b], nodes: []}", 2, "platform.components"),
            (platform + "journeys:\n  - {name: j, kind: imap, path: [nowhere], imap: {server: 'a:1'}}", 6, "journeys"),
            ("journeys:\n  - {name: j, kind: telepathy}", 2, "journeys[0].kind"),
            ("journeys:\n  - {name: j, kind: imap}", 2, "journeys[0].imap"),
            ("route: {receiver: ops}", 1, "route"),
            (
                platform + "route: {receiver: ops}\nreceivers: [{name: ops, webhook_configs: [{url: 'http://192.0.2.11/'}]}]", 6, "route"
            ),
            ("receivers: [{name: ops}]", 1, "receivers[0].webhook_configs"),
            ("receivers:\n- name: ops\n  webhook_configs: [{url: 'ftp://x'}]", 3, "receivers[0].webhook_configs[0].url"),
            ("rule_files: [nothing.yml]", 1, "rule_files"),
            ("platform: [", 2, ""),
        ] as [(String, Int, String)])
    func mistakes(text: String, line: Int, path: String) throws {
        let error = try #require(throws: ConfigurationFaults.self) { try load(text) }
        #expect(error.faults.contains { $0.path == path && $0.line == line }, "\(error)")
        #expect(error.faults.allSatisfy { !$0.write.isEmpty && !$0.found.isEmpty })
    }

    @Test("mistakes of the configuration and of its rule files are told together")
    func together() throws {
        let error = try #require(throws: ConfigurationFaults.self) {
            try load("unknown: 1\nrule_files: [rules.yml]", rules: "groups:\n- name: a\n  rules: [{alert: X, expr: 'sum('}]")
        }
        #expect(error.faults.map { ($0.file as NSString).lastPathComponent } == ["postwatch.yml", "rules.yml"])
        #expect(error.faults.map(\.path) == ["unknown", "groups[0].rules[0].expr"])
    }
}
