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
                junk_folder: Spam
                quarantine_folder: Held
                bounces: {server: "imap.b.test", username: probe, password_env: PROBE}
            """)
        let probe = MailAccount(username: "probe", password: .environment("PROBE"))
        #expect(
            journeys == [
                JourneyConfiguration(
                    name: "imap-1",
                    task: IMAPTask(
                        IMAPAccess(
                            server: Endpoint(host: "imap.example.test", port: 143), tls: .starttls,
                            tlsSettings: TLSSettings(caFile: "/ca.pem", serverName: "other.test", insecureSkipVerify: true),
                            account: MailAccount(username: "probe", password: .file("/secret")), folder: "Archive")),
                    interval: .seconds(30), timeout: .seconds(5), path: ["imap-proxy-1", "mailstore-1"],
                    resolver: Endpoint(host: "127.0.0.53", port: 53)),
                JourneyConfiguration(
                    name: "mx-1",
                    task: SMTPTask(
                        SMTPAccess(
                            server: Endpoint(host: "mx-1.example.test", port: 2525), tls: .none, hello: "probe.test",
                            sourceAddress: "127.0.0.1"))),
                JourneyConfiguration(
                    name: "in-1",
                    task: InboundTask(
                        exchange: SMTPAccess(from: "a@b.test", to: "c@d.test"), to: "c@d.test",
                        mailbox: IMAPAccess(server: Endpoint(host: "imap.example.test", port: 993), account: probe), account: probe,
                        lateAfter: .seconds(10), lostAfter: .seconds(300), folders: ProbeFolders(junk: "Spam", quarantine: "Held"),
                        bounces: IMAPAccess(server: Endpoint(host: "imap.b.test", port: 993), account: probe))),
            ])
        #expect(journeys.map(\.timeout) == [.seconds(5), .seconds(10), .seconds(60)])
    }

    @Test(
        "Each mistake is named where it stands",
        arguments: [
            ("- {name: A b, kind: smtp, smtp: {server: a.test}}", ["2 journeys[0].name: found \"A b\""]),
            ("- {name: a}", ["2 journeys[0].kind: found nothing"]),
            ("- {name: a, kind: telnet}", ["2 journeys[0].kind: found \"telnet\""]),
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
                ["2 journeys[0].late_after: found an unknown key"]
            ),
            ("- {name: a, kind: imap, imap: {server: b, tls: ssl}}", ["2 journeys[0].imap.tls: found \"ssl\""]),
            ("- {name: a, kind: imap, imap: {server: b}, retries: 3}", ["2 journeys[0].retries: found an unknown key"]),
            ("- {name: a, kind: imap, imap: {server: b}, resolver: 'x:'}", ["2 journeys[0].resolver: found \"x:\""]),
            (
                "- {name: a, kind: inbound, smtp: {to: nobody}, imap: {server: b}}",
                ["2 journeys[0].smtp.to: found \"nobody\"", "2 journeys[0].imap: found no account"]
            ),
            (
                "- {name: a, kind: inbound, smtp: {to: b@c.test}, imap: {server: b, username: c, password_env: D}, junk_folder: ''}",
                ["2 journeys[0].junk_folder: found an empty text"]
            ),
            (
                "- {name: a, kind: inbound, smtp: {to: b@c.test}, imap: &i {server: b, username: c, password_env: D}, bounces: *i}",
                ["2 journeys[0].bounces: found messages without a sender"]
            ),
            (
                "- {name: a, kind: inbound, smtp: {from: a@c.test, to: b@c.test}, imap: {server: b, username: c, password_env: D}, "
                    + "bounces: {server: e}}",
                ["2 journeys[0].bounces: found no account"]
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
        let exchange = SMTPAccess(server: Endpoint(host: "127.0.0.1", port: 25), sourceAddress: "nowhere")
        let error = #expect(throws: UnusableJourney.self) {
            try WallClock().factory.make(JourneyConfiguration(name: "a", task: SMTPTask(exchange)))
        }
        #expect(error?.description == "journey a cannot run: source_address: found \"nowhere\"; write an address of this host")
    }
}
