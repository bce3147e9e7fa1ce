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
                  auth: login
                steps: [list, switch, append]
                folders: [Drafts]
                sent_folder: Gesendet
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
                            account: MailAccount(username: "probe", password: .file("/secret")), authentication: .login,
                            folder: "Archive"),
                        steps: [.list, .switch, .append], folders: ["Drafts"], sentFolder: "Gesendet"),
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
                        patience: DeliveryPatience(lateAfter: .seconds(10), lostAfter: .seconds(300)),
                        folders: ProbeFolders(junk: "Spam", quarantine: "Held"),
                        bounces: IMAPAccess(server: Endpoint(host: "imap.b.test", port: 993), account: probe))),
            ])
        #expect(journeys.map(\.timeout) == [.seconds(5), .seconds(10), .seconds(60)])
    }

    @Test("Every setting of journeys to the outside, of refusals and of the small checks is read")
    func outward() throws {
        let journeys = try read(
            """
            journeys:
              - name: out-1
                kind: outbound
                smtp: {server: smtp.example.test, username: probe, password_env: P, auth: login, to: a@remote.test, address: 192.0.2.1}
                receiver: {listen: "192.0.2.25", hello: probe.test, cert_file: /c, key_file: /k}
              - name: out-2
                kind: outbound
                smtp: {server: smtp.example.test, tls: implicit, username: probe, password_env: P, to: a@remote.test}
                imap: {server: imap.remote.test, username: a, password_env: A}
              - name: round-1
                kind: round-trip
                smtp: {server: "smtp.example.test:25", username: probe, password_env: P, from: probe@example.test, to: echo@remote.test}
                imap: {server: imap.example.test, username: probe, password_env: P}
                returned_by: relay
              - name: no-1
                kind: negative
                smtp: {server: mx-1.example.test, to: probe@example.test}
                submission: {server: smtp.example.test, username: probe, password_env: P}
                imap: {server: imap.example.test, username: probe, password_env: P}
                unknown_recipient: nobody@example.test
                gtube: junk
                eicar: rejected
                junk_folder: Spam
                quarantine_wait: 5s
                skip: [forged_sender]
              - {name: tcp-1, kind: tcp, tcp: {server: "mx-1.example.test:25", greeting: "220 "}}
              - {name: tls-1, kind: tls, tls: {server: mx-1.example.test, protocol: smtp, tls_config: {server_name: mx.test}}}
            """)
        let probe = MailAccount(username: "probe", password: .environment("P"))
        let imap = IMAPAccess(server: Endpoint(host: "imap.example.test", port: 993), account: probe)
        func smtp(_ port: Int, _ tls: TLSMode, from: String = "", to: String? = nil) -> SMTPAccess {
            SMTPAccess(server: Endpoint(host: "smtp.example.test", port: port), tls: tls, from: from, to: to, account: probe)
        }
        var pinned = smtp(587, .starttls, to: "a@remote.test")
        pinned.address = "192.0.2.1"
        pinned.mechanism = .login
        let remote = MailAccount(username: "a", password: .environment("A"))
        let remoteMailbox = IMAPAccess(server: Endpoint(host: "imap.remote.test", port: 993), account: remote)
        let outside = SMTPAccess(server: Endpoint(host: "mx-1.example.test", port: 25), to: "probe@example.test")
        #expect(
            journeys == [
                JourneyConfiguration(
                    name: "out-1",
                    task: OutboundTask(
                        exchange: pinned, to: "a@remote.test",
                        destination: .receiver(
                            ReceiverAccess(
                                listen: Endpoint(host: "192.0.2.25", port: 25), hello: "probe.test", certificateFile: "/c", keyFile: "/k")))
                ),
                JourneyConfiguration(
                    name: "out-2",
                    task: OutboundTask(
                        exchange: smtp(465, .implicit, to: "a@remote.test"), to: "a@remote.test",
                        destination: .mailbox(remoteMailbox, remote))),
                JourneyConfiguration(
                    name: "round-1",
                    task: RoundTripTask(
                        exchange: smtp(25, .starttls, from: "probe@example.test", to: "echo@remote.test"), to: "echo@remote.test",
                        mailbox: imap, account: probe, returnedBy: .relay)),
                JourneyConfiguration(
                    name: "no-1",
                    task: NegativeTask(
                        outside: .init(
                            exchange: outside, to: "probe@example.test", unknownRecipient: "nobody@example.test", gtube: .junk,
                            eicar: .rejected),
                        submission: smtp(587, .starttls), mailbox: imap, junkFolder: "Spam", quarantineWait: .seconds(5),
                        skipping: [.forgedSender])),
                JourneyConfiguration(
                    name: "tcp-1", task: TCPTask(TCPAccess(server: Endpoint(host: "mx-1.example.test", port: 25), greeting: "220 "))),
                JourneyConfiguration(
                    name: "tls-1",
                    task: TLSTask(
                        TLSAccess(
                            server: Endpoint(host: "mx-1.example.test", port: 25), mailProtocol: .smtp,
                            tlsSettings: TLSSettings(serverName: "mx.test")))),
            ])
        #expect(journeys.map(\.timeout) == [60, 60, 120, 60, 10, 10].map { .seconds($0) })
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
            (
                "- {name: a, kind: imap, imap: {server: b, username: c, password_env: D}, steps: [dance, switch], sent_folder: S}",
                [
                    "2 journeys[0].steps: found \"dance\"", "2 journeys[0].folders: found no folder to switch to",
                    "2 journeys[0].sent_folder: found a folder that nothing is filed in",
                ]
            ),
            (
                "- {name: a, kind: imap, imap: {server: b, username: c, password_env: D}, steps: [list], folders: [E]}",
                ["2 journeys[0].folders: found folders without the step that opens them"]
            ),
            ("- {name: a, kind: imap, imap: {server: b}, folders: [E]}", ["2 journeys[0].folders: found what only an account can do"]),
            ("- {name: a, kind: imap, imap: {server: b, auth: cram}}", ["2 journeys[0].imap.auth: found \"cram\""]),
            ("- {name: a, kind: imap, imap: {server: b, tls: ssl}}", ["2 journeys[0].imap.tls: found \"ssl\""]),
            ("- {name: a, kind: imap, imap: {server: b}, retries: 3}", ["2 journeys[0].retries: found an unknown key"]),
            ("- {name: a, kind: imap, imap: {server: b}, resolver: 'x:'}", ["2 journeys[0].resolver: found \"x:\""]),
            (
                "- {name: a, kind: inbound, smtp: {to: nobody}, imap: {server: b}}",
                ["2 journeys[0].smtp.to: found \"nobody\"", "2 journeys[0].imap: found no account"]
            ),
            (
                "- {name: a, kind: smtp, smtp: {server: b, tls: opportunistic, username: c, password_env: D}}",
                ["2 journeys[0].smtp.tls: found opportunistic with a password"]
            ),
            (
                "- {name: a, kind: smtp, smtp: {server: b, auth: plain}}",
                ["2 journeys[0].smtp.auth: found a way to sign in without an account"]
            ),
            ("- {name: a, kind: smtp, smtp: {server: b, address: mx}}", ["2 journeys[0].smtp.address: found \"mx\""]),
            (
                "- {name: a, kind: inbound, smtp: {to: a@b.test, address: 192.0.2.1}, imap: {server: b, username: c, password_env: D}}",
                ["2 journeys[0].smtp.address: found an address without its server"]
            ),
            (
                "- {name: a, kind: outbound}",
                [
                    "2 journeys[0].smtp: found no server", "2 journeys[0].smtp: found no recipient",
                    "2 journeys[0].imap: found no far end",
                ]
            ),
            (
                "- {name: a, kind: outbound, smtp: {server: b, to: c@d.test}, receiver: {listen: 'x:', cert_file: /c}}",
                ["2 journeys[0].receiver.listen: found \"x:\"", "2 journeys[0].receiver.cert_file: found half of a key pair"]
            ),
            (
                "- {name: a, kind: outbound, smtp: {server: b, to: c@d.test}, receiver: {listen: a}, imap: {server: b}}",
                ["2 journeys[0].receiver: found a second far end"]
            ),
            (
                "- {name: a, kind: round-trip, smtp: {server: b, to: c@d.test}, imap: {server: b, username: c, password_env: D}}",
                ["2 journeys[0].smtp: found no sender"]
            ),
            ("- {name: a, kind: negative}", ["2 journeys[0].smtp: found nothing to try"]),
            (
                "- {name: a, kind: negative, smtp: {to: a@b.test}, gtube: junk, stranger: x, skip: [y]}",
                [
                    "2 journeys[0].gtube: found junk without a mailbox to look into", "2 journeys[0].stranger: found \"x\"",
                    "2 journeys[0].skip: found \"y\"",
                ]
            ),
            (
                "- {name: a, kind: negative, smtp: {to: a@b.test}, imap: {server: b, username: c, password_env: D}, gtube: quarantined, "
                    + "eicar: quarantined, quarantine_wait: 40s}",
                ["2 journeys[0].quarantine_wait: found 40s, too long for 7 checks within the timeout of 1m"]
            ),
            (
                "- {name: a, kind: negative, timeout: 12s, smtp: {to: a@b.test}, imap: {server: b, username: c, password_env: D}, "
                    + "gtube: quarantined}",
                ["2 journeys[0].quarantine_wait: found 10s, too long for 6 checks within the timeout of 12s"]
            ),
            ("- {name: a, kind: tcp, tcp: {server: b}}", ["2 journeys[0].tcp.server: found \"b\""]),
            ("- {name: a, kind: tls}", ["2 journeys[0].tls: found nothing"]),
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
