import Crypto
import MailClient
import MailIdentity
import MailWire
import NIOSSL
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing
import X509

@testable import Collectors

@Suite("What other mail servers find of a domain")
struct MailIdentitySurveyTests {
    @Test("A real resolver, policy and mail exchanger are asked, and each fault says what to write")
    func realServers() async throws {
        let identity = try TestAuthority("Root").identity(["mx1.example.test"])
        let exchanger = try await EncryptingServer.smtp(identity)
        let key = try NIOSSLCertificate(bytes: Array(identity.chain[0].serializeAsPEM().pemString.utf8), format: .pem).extractPublicKey()
            .toSPKIBytes()
        let digest = SHA256.hash(data: key).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let web = try await PolicyServer.start(PolicyServer.page("version: STSv1\nmode: testing\nmx: *.other.test\nmax_age: 604800\n"))
        let long = String(repeating: "A", count: 250)
        let server = try await RealResolver(
            "\(LoopbackNetwork.prefix).53.73", zones: ["example.test.", "100.51.198.in-addr.arpa."],
            records: [
                "example.test. IN MX 10 mx1.example.test.", "mx1.example.test. IN A 127.0.0.1",
                "example.test. IN TXT \"v=spf1 include:_spf.example.test -all\"",
                "_spf.example.test. IN TXT \"v=spf1 ip4:198.51.100.1 -all\"",
                "1.100.51.198.in-addr.arpa. IN PTR out.example.test.", "out.example.test. IN A 198.51.100.1",
                "s1._domainkey.example.test. IN TXT \"v=DKIM1; k=rsa; p=\" \"\(long)\" \"\(long)\"",
                "_dmarc.example.test. IN TXT \"v=DMARC1; p=quarantine\"", "_mta-sts.example.test. IN TXT \"v=STSv1; id=7\"",
                "_25._tcp.mx1.example.test. IN TLSA 3 1 1 \(digest)",
            ])
        let subject = MailIdentity(
            domain: "example.test", selectors: ["s1"],
            outboundAddresses: ["198.51.100.1", "198.51.100.2"].compactMap { InternetAddress($0) })
        let settings = MailIdentitySettings(
            identity: subject, policyAddress: "http://127.0.0.1:\(web.port)/", exchangerPort: exchanger.endpoint.port)
        let survey = MailIdentitySurvey(
            settings: settings, resolver: server.resolver,
            world: World(clock: ContinuousClock()) { Timestamp(milliseconds: 1_767_225_600_000) })
        let found = await survey.survey(at: Timestamp(milliseconds: 0))
        let metrics = Metrics(found.measurements)
        func check(_ name: String, _ subject: String = "example.test") -> Double? {
            metrics["mail_identity_check{check=\"\(name)\", domain=\"example.test\", subject=\"\(subject)\"}"]
        }
        #expect(metrics["mail_identity_up{domain=\"example.test\"}"] == 1, "\(found.findings)")
        let right = [
            ("mx_published", "example.test"), ("mx_resolves", "mx1.example.test"), ("ptr_published", "198.51.100.1"),
            ("ptr_confirmed", "198.51.100.1"), ("spf_published", "example.test"), ("spf_valid", "example.test"),
            ("spf_lookups", "example.test"), ("spf_covers", "198.51.100.1"), ("dkim_published", "s1"), ("dmarc_published", "example.test"),
            ("dmarc_valid", "example.test"), ("mta_sts_published", "example.test"), ("mta_sts_policy", "example.test"),
            ("tlsa_published", "mx1.example.test"), ("tlsa_matches", "mx1.example.test"),
        ]
        for (name, subject) in right { #expect(check(name, subject) == 1, "\(name) \(subject): \(found.findings)") }
        let wrong = [
            ("ptr_published", "198.51.100.2"), ("spf_covers", "198.51.100.2"), ("dkim_valid", "s1"), ("mta_sts_covers", "mx1.example.test"),
            ("tlsa_signed", "mx1.example.test"), ("tls_rpt_published", "example.test"),
        ]
        for (name, subject) in wrong { #expect(check(name, subject) == 0, "\(name) \(subject)") }
        #expect(found.findings.count == wrong.count, "\(found.findings)")
        #expect(
            found.findings.contains(
                "example.test: spf_covers 198.51.100.2: found that the record says fail for it; write ip4:198.51.100.2 before its last mechanism"
            ))
        #expect(
            metrics["mail_identity_dmarc_policy_info{domain=\"example.test\", policy=\"quarantine\", subdomain_policy=\"quarantine\"}"] == 1
        )
        #expect(metrics["mail_identity_mta_sts_mode_info{domain=\"example.test\", mode=\"testing\"}"] == 1)

        server.service.stop()
        let gone = await survey.survey(at: Timestamp(milliseconds: 0))
        #expect(Metrics(gone.measurements).values == ["mail_identity_up{domain=\"example.test\"}": 0])
        #expect(gone.findings.first?.contains("not all could be looked at: the name server \(LoopbackNetwork.prefix).53.73:53532") == true)
        #expect(!gone.isComplete)
        try await exchanger.stop()
        try await web.stop()
    }

    @Test(
        "Policies are taken as senders take them",
        arguments: [
            ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "HTTP status 404"),
            ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "HTTP status 302"),
            (PolicyServer.page("x", type: "text/html"), "the type \"text/html\" instead of text/plain"),
            (PolicyServer.page("x", type: "text/plainly"), "the type \"text/plainly\""),
            (PolicyServer.page(String(repeating: "x", count: 70_000)), "more than 64 KiB"), ("hello\r\n\r\n", "takes no connection"),
        ])
    func policies(response: String, reason: String) async throws {
        let web = try await PolicyServer.start(response)
        do {
            _ = try await PolicyPage.text(at: "http://127.0.0.1:\(web.port)/x", within: .seconds(5))
            Issue.record("it was taken")
        } catch {
            #expect(error.description.contains(reason), "\(error)")
        }
        try await web.stop()
    }

    @Test("A policy may be of a character set, and at a server that keeps the connection")
    func plain() async throws {
        let web = try await PolicyServer.start(PolicyServer.page("x", type: "Text/Plain ; charset=utf-8"), hangsUp: false)
        #expect(try await PolicyPage.text(at: "http://127.0.0.1:\(web.port)/x", within: .seconds(5)) == "x")
        try await web.stop()
    }

    @Test("A policy that never comes to its end is given up in time")
    func endlessPolicy() async throws {
        let head = PolicyServer.page(String(repeating: "x", count: 60_000)).prefix(200)
        let web = try await PolicyServer.start(String(head), hangsUp: false)
        await #expect(throws: CollectionFailure.self) {
            try await PolicyPage.text(at: "http://127.0.0.1:\(web.port)/x", within: .milliseconds(300))
        }
        try await web.stop()
    }

    @Test("A policy of a server that does not listen says so")
    func noServer() async throws {
        await #expect {
            try await PolicyPage.text(at: "http://127.0.0.1:1/x", within: .seconds(5))
        } throws: { "\($0)".contains("nobody listens") }
    }
}
