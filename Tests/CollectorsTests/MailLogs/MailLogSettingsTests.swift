import PostwatchModel
import PostwatchRuntime
import Testing

@testable import Collectors

@Suite("The configuration of followed logs")
struct MailLogSettingsTests {
    @Test("reads everything that can be set")
    func everything() throws {
        let read = try read(
            """
            collectors:
              mail_logs:
                - path: /var/log/mail.log
                - path: /var/log/out.log
                  from: start
                  labels: {mail_log: outbound}
            """)
        #expect(
            read == [
                MailLogSettings(path: "/var/log/mail.log"),
                MailLogSettings(path: "/var/log/out.log", from: .start, labels: ["mail_log": "outbound"]),
            ])
    }

    @Test(
        "says what is wrong with it",
        arguments: [
            ("[{}]", "nothing"), ("[{path: mail.log}]", "\"mail.log\""), ("[{path: /a, from: middle}]", "\"middle\""),
            ("[{path: /a}, {path: /a}]", "the same path twice"), ("[{path: /a}, {path: /b}]", "logs whose series nothing tells apart"),
            ("[{path: /a, labels: {program: x}}]", "the label program, which the series have already"),
        ])
    func faults(text: String, found: String) {
        let faults = #expect(throws: ConfigurationFaults.self) { try read("collectors:\n  mail_logs: \(text)") }
        #expect(faults?.faults.map(\.found) == [found])
    }

    private func read(_ text: String) throws -> [MailLogSettings] {
        let node = try ConfigurationFile.parse(text, file: "agent.yml")
        return try ConfigurationSection.read(node, file: "agent.yml") { file in
            file.section("collectors") { CollectorsConfiguration($0, isPresent: { _ in false }).mailLogs } ?? []
        }
    }
}
