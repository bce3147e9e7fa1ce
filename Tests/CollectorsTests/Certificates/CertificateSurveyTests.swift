import Foundation
import MailClient
import NIOPosix
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing
import X509

@testable import Collectors

@Suite("Certificates")
struct CertificateSurveyTests {
    /// 2026-01-01.
    private static let now: Int64 = 1_767_225_600
    private static let day: Int64 = 86_400

    @Test("A server's certificate that is trusted is measured under blackbox_exporter's names")
    func trusted() async throws {
        let directory = TestDirectory()
        let root = try TestAuthority("Root")
        let between = try TestAuthority("Between", issuer: root, until: Self.now + 9 * Self.day)
        let server = try await EncryptingServer.smtp(
            between.identity(["mx.example.test", "b.example.test"], showing: [between.certificate]))
        let survey = try await Self.survey(server, .smtp, name: "mx.example.test", root.file(in: directory))
        #expect(survey.findings == [])
        let place = "endpoint=\"\(server.endpoint)\""
        let metrics = Metrics(survey.measurements)
        #expect(metrics["probe_success{\(place)}"] == 1)
        #expect(metrics["probe_ssl_earliest_cert_expiry{\(place)}"] == Double(Self.now + 9 * Self.day))
        #expect(metrics["probe_ssl_last_chain_expiry_timestamp_seconds{\(place)}"] == Double(Self.now + 9 * Self.day))
        #expect(metrics["probe_tls_version_info{\(place), version=\"TLS 1.3\"}"] == 1)
        let info = try #require(metrics.names(withPrefix: "probe_ssl_last_chain_info").first)
        for part in [
            "subject=\"CN=mx.example.test\"", "issuer=\"CN=Between\"", "subjectalternative=\"mx.example.test,b.example.test\"",
            "serialnumber=\"0abc\"",
        ] { #expect(info.contains(part), "\(info)") }
        try await server.stop()
    }

    @Test("One that is not trusted is measured all the same, and why is told")
    func untrusted() async throws {
        let directory = TestDirectory()
        let root = try TestAuthority("Root")
        let other = try TestAuthority("Other")
        let ended = try TestAuthority("Ended", issuer: root, until: Self.now - Self.day)
        let between = try TestAuthority("Between", issuer: root)
        let name = "mx.example.test"
        let cases: [(TestAuthority.Identity, String)] = [
            (try root.identity([name], until: Self.now - 4 * Self.day), "certificate expired on 2025-12-28; renew it"),
            (try root.identity([name], from: Self.now + Self.day), "certificate is not valid before 2026-01-02"),
            (try root.identity(["www.example.test"]), "certificate is not for mx.example.test; let a certificate be issued for that name"),
            (try other.identity([name], showing: [other.certificate]), "certificate is not signed by a trusted authority"),
            (try between.identity([name]), "certificate is signed by CN=Between, which is no trusted authority and whose own certificate"),
            (try ended.identity([name], showing: [ended.certificate]), "certificate of the issuer CN=Ended expired on 2025-12-31"),
            (
                try other.identity(["x"], until: Self.now - 1),
                "certificate expired on 2025-12-31, and certificate is not for mx.example.test, and"
            ),
        ]
        let file = try root.file(in: directory)
        for (identity, reason) in cases {
            let server = try await EncryptingServer.smtp(identity)
            let survey = try await Self.survey(server, .smtp, name: name, file)
            let metrics = Metrics(survey.measurements)
            #expect(survey.findings.first?.hasPrefix("\(server.endpoint): \(reason)") == true, "\(survey.findings)")
            #expect(metrics["probe_success{endpoint=\"\(server.endpoint)\"}"] == 0)
            #expect((metrics["probe_ssl_earliest_cert_expiry{endpoint=\"\(server.endpoint)\"}"] ?? 0) > 1_600_000_000)
            #expect(metrics.names(withPrefix: "probe_ssl_last_chain_expiry") == [])
            try await server.stop()
        }
    }

    @Test("Every protocol is encrypted in its own way")
    func protocols() async throws {
        let directory = TestDirectory()
        let root = try TestAuthority("Root")
        let identity = try root.identity(["mx.example.test"])
        let servers: [(MailProtocol, EncryptingServer)] = [
            (
                .imap,
                try await .start(identity, greeting: "* OK hello\r\n") { line in
                    "*\(line.prefix { $0 != " " }) OK begin\r\n"
                }
            ),
            (.pop3, try await .start(identity, greeting: "+OK hello\r\n") { _ in "*+OK begin\r\n" }),
            (
                .sieve,
                try await .start(identity, greeting: "\"IMPLEMENTATION\" \"test\"\r\n\"STARTTLS\"\r\nOK \"hello\"\r\n") { _ in
                    "*OK \"begin\"\r\n"
                }
            ),
            (.tls, try await .start(identity, greeting: nil)),
        ]
        let file = try root.file(in: directory)
        for (spoken, server) in servers {
            let survey = try await Self.survey(server, spoken, name: "mx.example.test", file)
            #expect(survey.findings == [], "\(spoken)")
            try await server.stop()
        }
    }

    @Test("A real openssl server is looked at, and its end is told")
    func realServer() async throws {
        let directory = TestDirectory()
        let root = try TestAuthority("Root")
        try root.identity(["mx.example.test"]).write(to: directory)
        let service = try RealService("/usr/bin/openssl", package: "openssl") { _ in
            [
                "s_server", "-accept", "\(LoopbackNetwork.prefix).53.61:44361", "-cert", "\(directory.path)/server.pem",
                "-key", "\(directory.path)/key.pem", "-tls1_2", "-quiet",
            ]
        }
        let settings = CertificateSettings(
            address: Endpoint(host: "\(LoopbackNetwork.prefix).53.61", port: 44361), mailProtocol: .tls, serverName: "mx.example.test",
            caFile: try root.file(in: directory))
        let survey = Self.survey(settings)
        let found = try await Self.firstComplete(survey)
        #expect(found.findings == [])
        #expect(
            Metrics(found.measurements)["probe_tls_version_info{endpoint=\"\(LoopbackNetwork.prefix).53.61:44361\", version=\"TLS 1.2\"}"]
                == 1)
        service.stop()
        let gone = await survey.survey(at: Timestamp(milliseconds: Self.now * 1000))
        #expect(Metrics(gone.measurements)["probe_success{endpoint=\"\(LoopbackNetwork.prefix).53.61:44361\"}"] == 0)
        #expect(
            gone.findings == [
                "\(LoopbackNetwork.prefix).53.61:44361: nobody listens; the service is not running, or its address is another"
            ])
        #expect(!gone.isComplete)
    }

    @Test("A real Dovecot is encrypted by STARTTLS of IMAP and ManageSieve and by STLS of POP3")
    func realDovecot() async throws {
        let directory = TestDirectory()
        let root = try TestAuthority("Root")
        try root.identity(["mx.example.test"]).write(to: directory)
        let servers: [(MailProtocol, String, Int)] = [
            (.imap, "imap-login", 14362), (.pop3, "pop3-login", 11062), (.sieve, "managesieve-login", 41962),
        ]
        let listeners = servers.map { spoken, service, port in
            """
            service \(service) {
              chroot =
              inet_listener \(spoken) {
                port = \(port)
              }
              inet_listener \(spoken)s {
                port = 0
              }
            }
            """
        }
        let configuration = """
            base_dir = {directory}/run
            state_dir = {directory}/state
            log_path = /dev/stderr
            listen = \(LoopbackNetwork.prefix).53.62
            protocols = imap pop3 sieve
            ssl = yes
            ssl_cert = <\(directory.path)/server.pem
            ssl_key = <\(directory.path)/key.pem
            passdb {
              driver = static
              args = nopassword=y
            }
            \(listeners.joined(separator: "\n"))

            """
        let service = try RealService(
            "/usr/sbin/dovecot", package: "dovecot-imapd, dovecot-pop3d and dovecot-managesieved", files: ["dovecot.conf": configuration]
        ) { directory in
            // Its login processes are no root, and must come to their sockets.
            chmod(directory, 0o755)
            return ["-F", "-c", "\(directory)/dovecot.conf"]
        }
        let file = try root.file(in: directory)
        for (spoken, _, port) in servers {
            let survey = Self.survey(
                CertificateSettings(
                    address: Endpoint(host: "\(LoopbackNetwork.prefix).53.62", port: port), mailProtocol: spoken,
                    serverName: "mx.example.test", caFile: file))
            #expect(try await Self.firstComplete(survey).findings == [], "\(spoken)")
        }
        service.stop()
    }

    @Test("A server that does not encrypt, or does not speak as it should, says in which phase")
    func phases() async throws {
        let identity = try TestAuthority("Root").identity(["mx.example.test"])
        let cases: [(MailProtocol, String?, EncryptingServer.Answer, String)] = [
            (.smtp, "554 go away\r\n", { _ in "" }, "the server greets with \"554 go away\""),
            (.smtp, "220 hello\r\n", { _ in "250 hello\r\n" }, "the server does not offer STARTTLS; give it a certificate"),
            (
                .smtp, "220 hello\r\n", { $0.hasPrefix("EHLO") ? "250-x\r\n250 STARTTLS\r\n" : "454 not now\r\n" },
                "answers STARTTLS with \"454 not now\""
            ),
            (.smtp, "220 hello\r\n", { $0.hasPrefix("EHLO") ? "250-x\r\n250 STARTTLS\r\n" : "220 go\r\nhello\r\n" }, "during tls"),
            (.smtp, "+OK hello\r\n", { _ in "" }, "during greeting; see whether protocol is what is spoken"),
            (.imap, "* BYE no\r\n", { _ in "" }, "the server greets with"),
            (.imap, "* OK hello\r\n", { "\($0.prefix { $0 != " " }) NO never\r\n" }, "the server answers STARTTLS with"),
            (.pop3, "+OK hello\r\n", { _ in "-ERR what\r\n" }, "the server answers STLS with \"-ERR what\""),
            (.sieve, "OK hello\r\n", { _ in "" }, "the server does not offer STARTTLS"),
            (.smtp, "", { _ in "" }, "no answer within 500ms during greeting; see whether protocol"),
            (.tls, "220 hello\r\n", { _ in "" }, "during tls"),
        ]
        for (spoken, greeting, answer, reason) in cases {
            let server = try await EncryptingServer.start(identity, greeting: greeting, answer: answer)
            let survey = try await Self.survey(server, spoken, name: nil, nil, timeout: .milliseconds(500))
            #expect(survey.findings.count == 1)
            #expect(survey.findings.first?.contains(reason) == true, "\(survey.findings), expected \(reason)")
            #expect(Metrics(survey.measurements)["probe_success{endpoint=\"\(server.endpoint)\"}"] == 0)
            try await server.stop()
        }
    }

    @Test("A file of roots that cannot be read is told")
    func roots() async throws {
        let survey = Self.survey(
            CertificateSettings(address: Endpoint(host: "127.0.0.1", port: 1), mailProtocol: .tls, caFile: "/no/such.pem"))
        let found = await survey.survey(at: Timestamp(milliseconds: 0))
        #expect(found.findings == ["127.0.0.1:1: no trusted certificate can be read from the file /no/such.pem"])
    }

    // MARK: - Private

    /// Asks until the server is there, at most 20 s.
    private static func firstComplete(_ survey: CertificateSurvey) async throws -> Survey {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        var found = await survey.survey(at: Timestamp(milliseconds: now * 1000))
        while !found.isComplete, clock.now < deadline {
            try await clock.sleep(for: .milliseconds(20))
            found = await survey.survey(at: Timestamp(milliseconds: now * 1000))
        }
        return found
    }

    private static func survey(
        _ server: EncryptingServer, _ spoken: MailProtocol, name: String?, _ caFile: String?, timeout: Duration = .seconds(5)
    ) async throws -> Survey {
        let settings = CertificateSettings(
            address: server.endpoint, mailProtocol: spoken, serverName: name, caFile: caFile,
            pace: SurveyPace(every: .seconds(600), timeout: timeout))
        return await survey(settings).survey(at: Timestamp(milliseconds: now * 1000))
    }

    private static func survey(_ settings: CertificateSettings) -> CertificateSurvey {
        CertificateSurvey(
            settings: settings,
            resolver: NameResolver(threadPool: .singleton, group: MultiThreadedEventLoopGroup.singleton),
            world: World(clock: ContinuousClock()) { Timestamp(milliseconds: now * 1000) })
    }
}
