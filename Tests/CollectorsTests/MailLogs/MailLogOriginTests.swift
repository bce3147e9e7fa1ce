import PostwatchModel
import PostwatchRuntime
import Testing

@testable import Collectors

@Suite("The configuration of mail logs that are no files")
struct MailLogOriginTests {
    @Test("reads everything that can be set")
    func everything() throws {
        let read = try read(
            """
            collectors:
              mail_logs:
                - journal: system
                  labels: {log: here}
                - journal: {directory: /var/log/journal/remote/, units: [mail.service], identifiers: [postfix/smtpd]}
                  from: start
                  labels: {log: remote}
                - syslog: {address: 127.0.0.1, protocols: [tcp]}
                  labels: {log: a}
                - syslog: {address: "[::]:5514", allow_from: [192.0.2.0/24, "2001:db8::1"], max_connections: 7}
                  labels: {log: b}
                - syslog: {}
                  labels: {log: c}
            """)
        let ranges = ["192.0.2.0/24", "2001:db8::1"].compactMap { AddressRange($0) }
        #expect(
            read.map(\.origin) == [
                .journal(JournalSettings()),
                .journal(
                    JournalSettings(directory: "/var/log/journal/remote", units: ["mail.service"], identifiers: ["postfix/smtpd"])),
                .syslog(SyslogSettings(address: .internet(host: "127.0.0.1", port: 514), protocols: [.tcp])),
                .syslog(SyslogSettings(address: .internet(host: "::", port: 5514), allowFrom: ranges, maxConnections: 7)),
                .syslog(SyslogSettings()),
            ])
        #expect(
            read.map(\.place) == [
                "journal", "/var/log/journal/remote", "syslog:127.0.0.1:514", "syslog:[::]:5514", "syslog:127.0.0.1:5514",
            ])
        #expect(read.map(\.from) == [.end, .start, .end, .end, .end])
    }

    @Test(
        "says what is wrong with it",
        arguments: [
            ("[{path: /a, journal: system}]", "path and journal"), ("[{journal: system, syslog: {}}]", "journal and syslog"),
            ("[{journal: user}]", "\"user\""), ("[{journal: {directory: journal}}]", "\"journal\""),
            ("[{journal: {identifiers: [\"\"]}}]", "an empty text"),
            ("[{journal: system, labels: {l: a}}, {journal: {}, labels: {l: b}}]", "the same path twice"),
            ("[{syslog: {address: localhost:5514}}]", "\"localhost:5514\""),
            ("[{syslog: {address: /dev/log}}]", "\"/dev/log\""),
            ("[{syslog: {address: 0.0.0.0:514}}]", "0.0.0.0:514, which others than this machine can reach"),
            ("[{syslog: {address: \"[::]:514\", allow_from: []}}]", "nobody"),
            ("[{syslog: {allow_from: [192.0.2.0/33]}}]", "\"192.0.2.0/33\""), ("[{syslog: {protocols: [tls]}}]", "\"tls\""),
            ("[{syslog: {protocols: []}}]", "none"), ("[{syslog: {}, from: start}]", "a beginning of what cannot be read again"),
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
