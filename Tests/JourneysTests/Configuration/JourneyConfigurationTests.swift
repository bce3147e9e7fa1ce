import Journeys
import MailClient
import PostwatchModel
import PostwatchRuntime
import Testing

@Suite struct JourneyConfigurationTests {
    private func read(_ yaml: String) throws -> [JourneyConfiguration] {
        try ConfigurationSection.read(try ConfigurationFile.parse(yaml, file: "postwatch.yml"), file: "postwatch.yml") {
            JourneyConfiguration.readAll($0)
        }
    }

    private func faults(_ journey: String) -> [String] {
        do {
            _ = try read("journeys:\n" + journey)
            return []
        } catch {
            return (error as? ConfigurationFaults)?.faults.map { "\($0.line) \($0.path): found \($0.found)" } ?? []
        }
    }

    @Test("Every setting is read")
    func complete() throws {
        let journeys = try read(
            """
            journeys:
              - name: imap-1
                kind: imap
                interval: 30s
                timeout: 5s
                path: [imap-proxy-1, mailstore-1]
                resolver: 127.0.0.53
                imap:
                  server: imap.example.test
                  tls: starttls
                  tls_config: {ca_file: /ca.pem, server_name: other.test, insecure_skip_verify: true}
                  username: probe
                  password_file: /secret
                  folder: Archive
              - name: mx-1
                kind: smtp
                smtp: {server: "mx-1.example.test:2525", tls: none, hello: probe.test, source_address: 127.0.0.1}
              - name: in-1
                kind: inbound
                smtp: {from: a@b.test, to: c@d.test}
                imap: {server: "imap.example.test", username: probe, password_env: PROBE}
                late_after: 10s
                lost_after: 5m
            """)
        #expect(
            journeys == [
                JourneyConfiguration(
                    name: "imap-1", kind: .imap, interval: .seconds(30), timeout: .seconds(5), path: ["imap-proxy-1", "mailstore-1"],
                    resolver: Endpoint(host: "127.0.0.53", port: 53),
                    imap: IMAPAccess(
                        server: Endpoint(host: "imap.example.test", port: 143), tls: .starttls,
                        tlsSettings: TLSSettings(caFile: "/ca.pem", serverName: "other.test", insecureSkipVerify: true),
                        account: .init(username: "probe", password: .file("/secret")), folder: "Archive")),
                JourneyConfiguration(
                    name: "mx-1", kind: .smtp,
                    smtp: SMTPAccess(
                        server: Endpoint(host: "mx-1.example.test", port: 2525), tls: .none, hello: "probe.test", sourceAddress: "127.0.0.1"
                    )),
                JourneyConfiguration(
                    name: "in-1", kind: .inbound,
                    imap: IMAPAccess(
                        server: Endpoint(host: "imap.example.test", port: 993),
                        account: .init(username: "probe", password: .environment("PROBE"))),
                    smtp: SMTPAccess(from: "a@b.test", to: "c@d.test"), lateAfter: .seconds(10), lostAfter: .seconds(300)),
            ])
        #expect(journeys.map(\.timeout) == [.seconds(5), .seconds(10), .seconds(60)])
    }

    @Test(
        "Each mistake is named where it stands",
        arguments: [
            ("- {name: A b, kind: smtp, smtp: {server: a.test}}", ["2 journeys[0].name: found \"A b\""]),
            ("- {name: a}", ["2 journeys[0].kind: found nothing"]),
            ("- {name: a, kind: pop3}", ["2 journeys[0].kind: found \"pop3\""]),
            ("- {kind: smtp, smtp: {server: a.test}}", ["2 journeys[0].name: found nothing"]),
            ("- {name: a, kind: smtp}", ["2 journeys[0].smtp: found no server"]),
            (
                "- {name: a, kind: smtp, smtp: {server: 'a:b'}}",
                ["2 journeys[0].smtp.server: found \"a:b\"", "2 journeys[0].smtp: found no server"]
            ),
            ("- {name: a, kind: imap}", ["2 journeys[0].imap: found nothing"]),
            ("- {name: a, kind: imap, imap: {}}", ["2 journeys[0].imap.server: found nothing"]),
            (
                "- {name: a, kind: imap, imap: {server: b, username: c}}",
                ["2 journeys[0].imap.username: found an account without a password"]
            ),
            (
                "- {name: a, kind: imap, imap: {server: b, username: c, password: d}}",
                [
                    "2 journeys[0].imap.password: found a secret in the configuration",
                    "2 journeys[0].imap.username: found an account without a password",
                ]
            ),
            (
                "- {name: a, kind: imap, imap: {server: b}, late_after: 3s}",
                ["2 journeys[0].late_after: found a setting of inbound journeys"]
            ),
            ("- {name: a, kind: imap, imap: {server: b, tls: ssl}}", ["2 journeys[0].imap.tls: found \"ssl\""]),
            ("- {name: a, kind: imap, imap: {server: b}, retries: 3}", ["2 journeys[0].retries: found an unknown key"]),
            ("- {name: a, kind: imap, imap: {server: b}, resolver: 'x:'}", ["2 journeys[0].resolver: found \"x:\""]),
            (
                "- {name: a, kind: inbound, smtp: {to: nobody}, imap: {server: b}}",
                [
                    "2 journeys[0].smtp.to: found \"nobody\"", "2 journeys[0].imap: found no account",
                    "2 journeys[0].smtp: found no recipient",
                ]
            ),
            (
                "- {name: a, kind: smtp, smtp: {server: b}}\n- {name: a, kind: smtp, smtp: {server: c}}",
                ["3 journeys[1].name: found a second journey named a"]
            ),
        ])
    func mistakes(yaml: String, expected: [String]) {
        #expect(Set(faults(yaml)) == Set(expected))
    }

    @Test("A journey that cannot run is not made, and the reason says what to change")
    func unusable() {
        let clock = WallClock()
        let error = #expect(throws: UnusableJourney.self) { try clock.factory.make(JourneyConfiguration(name: "a", kind: .imap)) }
        #expect(error?.description == "journey a cannot run: imap: found nothing; write the imap section that says which server to ask")
    }
}
